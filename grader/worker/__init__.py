"""The trust boundary: all that runs beside a submission.

Modules of this package import each other, the standard library, msgspec, and numpy or torch where the exercise
needs them.  They import nothing else of the grader, so no hidden test can come along by accident.
"""
