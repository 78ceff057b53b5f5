"""Numbers in documents: where they are marked, what they say, and whether it holds. Pure."""
