"""Renderers: pure functions from reports to text, one file a format.

Each applies the feedback policy of `grader.render.feedback` first, so no format can tell more than another.
"""
