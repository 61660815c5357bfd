"""The messages between the service and a worker: requests, refusals, frames, curves."""
