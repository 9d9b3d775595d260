"""Pages: one blueprint a noun. Each view reads, acts, answers."""
