"""The katas for `verifiers`, which finds a taskset by the name of a module: `eval mlkata-katas`."""

from grader.classes.adapters.verifiers_taskset import KataTaskset

__all__ = ["KataTaskset"]
