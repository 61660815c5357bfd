"""Speed beside peers and beside the build before, as ratios measured in one run. `python -m benchmarks` runs all."""
