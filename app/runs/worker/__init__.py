"""The process that trains one run and answers questions about it."""
