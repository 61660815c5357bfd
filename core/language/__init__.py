"""The program language: from source text to a graph, by an allow-list; nothing is executed."""
