"""Proofs: claims about the whole of something, each with how much was tried and a broken variant that it must catch."""
