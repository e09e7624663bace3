"""Review cases: revisions, legal moves, four eyes, approval bound to a hash."""
