"""What leaves this machine by itself."""
