"""What `handrail` does, one module a command: words and files in, words and exit statuses out. Nothing is decided."""
