"""What the user of the grader may choose between."""

from __future__ import annotations

from enum import StrEnum


class Difficulty(StrEnum):
    """How hard an interviewer would call the exercise."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class Backend(StrEnum):
    """What the zygote imports before it forks a worker."""

    PYTHON = "python"
    NUMPY = "numpy"
    TORCH = "torch"


class Feedback(StrEnum):
    """How much a report tells about a failed case."""

    FULL = "full"
    HINTS = "hints"
    NONE = "none"


class ConfinementMode(StrEnum):
    """What to do where the kernel cannot confine a worker."""

    STRICT = "strict"
    AUTO = "auto"
    OFF = "off"


class StartMethod(StrEnum):
    """How a worker process comes to be."""

    FORK = "fork"
    SPAWN = "spawn"
