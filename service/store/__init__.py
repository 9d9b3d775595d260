"""Tables and their queries, one module per noun. Nothing here commits, decides or knows the web."""
