"""Bringing a learner's checkout up to date without losing an attempt."""
