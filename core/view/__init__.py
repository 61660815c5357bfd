"""An evaluated graph as a reader sees it: open and closed groups, batch axis, summaries, single elements."""
