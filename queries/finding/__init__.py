"""Finding: from what a person types to the things that it may mean."""
