"""Grader of mlkata: hidden tests in one process, the submission in another."""
