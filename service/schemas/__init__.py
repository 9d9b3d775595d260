"""JSON to commands and results to JSON. Unknown fields are refused; nothing is decided here."""
