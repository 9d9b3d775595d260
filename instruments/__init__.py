"""What is asked and how it scores: pure functions over frozen values. No web, no storage, no clock."""
