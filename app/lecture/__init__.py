"""The lecture: lessons, their figures and numbers, examples and questions."""
