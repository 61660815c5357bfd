"""A graph as one page without server and network: its views drawn beforehand, packed with all it says."""
