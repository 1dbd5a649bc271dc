"""Interview questions for the toy catalogue."""

from __future__ import annotations

from typing import Final

QUESTIONS: Final = """format = 1

[[questions]]
id = "rounding"
kind = "breadth"
difficulty = "easy"
minutes = 4
question = "Which way does | division round, and why?"
key_points = ["towards minus infinity", "so that remainders are not negative", "other languages round to zero"]
tags = ["sums"]

[[questions]]
id = "halving_service"
kind = "design"
difficulty = "hard"
minutes = 30
question = "Design a service that halves numbers."
key_points = ["cache", "batch"]

[[questions.rubric]]
criterion = "Scale"
weak = "None."
strong = "Sharded."
"""
