"""The web service: SPARQL, questions, things, search and views over HTTP, read-only."""
