"""Where people go next: pure judgement over scored results. No web, no storage, no clock."""
