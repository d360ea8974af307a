"""What may be said: the vocabulary, code lists, shapes, lints and export profiles."""
