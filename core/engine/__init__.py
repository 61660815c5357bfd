"""The engine: a graph, the tape that runs it forward and backward, and the loops that do the work."""
