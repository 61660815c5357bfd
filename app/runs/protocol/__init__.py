"""What the service and a worker say to each other: requests, refusals, frames, curves."""
