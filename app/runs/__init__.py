"""Runs: nets that train in worker processes, queued, watched, saved and restarted by the service."""
