"""The lecture: lessons with their figures and numbers, examples, and questions."""
