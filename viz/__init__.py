"""Shows: one CONSTRUCT a view, networkx, pyvis, and one page that opens without internet."""
