"""Tests: one folder for each room of `grader/`, and what they share."""
