"""Runs: nets that train in worker processes, and what the service knows of them."""
