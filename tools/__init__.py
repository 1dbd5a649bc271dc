"""Generators of what this repository's documents show."""
