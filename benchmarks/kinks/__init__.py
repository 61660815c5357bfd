"""What fifteen engines give at the kinks of the op table; `python -m benchmarks.kinks` measures it again."""
