"""Runs, from their calls down to the bytes of a frame."""
