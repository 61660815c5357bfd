"""The backpropagation engine: NumPy only; it knows no web and no files."""
