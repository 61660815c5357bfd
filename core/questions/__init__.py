"""Questions: seeded programs with blanks, how answers are read, judged and diagnosed."""
