"""Training: a net compiled for many passes, its data, its optimizers, and the loop that steps."""
