"""One adapter an engine: the functions that the situations use, and ``gradients(function, operands)``."""
