"""Asks: one `.rq` file a question, the catalogue that knows them, and what runs them."""
