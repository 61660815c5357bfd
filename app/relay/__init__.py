"""Web processes and the one engine of runs: requests, frames and quotas between them."""
