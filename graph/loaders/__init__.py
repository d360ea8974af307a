"""Loaders: each turns one kind of source into facts, and knows no other loader."""
