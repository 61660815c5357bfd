"""Whole answers about a program, computed without waiting for anything: in a thread, or in a process of heavy work."""
