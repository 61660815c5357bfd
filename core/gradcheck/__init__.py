"""The numerical check: derivatives by finite differences beside those by backpropagation."""
