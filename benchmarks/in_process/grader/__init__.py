"""Stands in for the grader where hidden tests run in one process with the submission."""
