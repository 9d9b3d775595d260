"""Ink on paper: plain data in, the same bytes out for the same data."""
