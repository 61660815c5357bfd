"""Runs and heavy work on a Ray cluster: the extra `[cluster]`, chosen by a setting."""
