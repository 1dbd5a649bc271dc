"""Runs an exercise's hidden tests with pytest, and turns what pytest saw into case results."""
