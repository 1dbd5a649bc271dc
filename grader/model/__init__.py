"""The data that moves between modules: frozen, plain, standard library only."""

from grader.model.choices import Backend, ConfinementMode, Difficulty, Feedback, StartMethod
from grader.model.exercise import Clarification, Exercise, FollowUp, Limits, Track
from grader.model.report import (
    NOTHING_RAN,
    CaseResult,
    Confinement,
    Diagnosis,
    Layer,
    LayerCount,
    Level,
    Measure,
    Report,
    Submission,
    Verdict,
    worst,
)
from grader.model.seed import new_seed

__all__ = [
    "NOTHING_RAN",
    "Backend",
    "CaseResult",
    "Clarification",
    "Confinement",
    "ConfinementMode",
    "Diagnosis",
    "Difficulty",
    "Exercise",
    "Feedback",
    "FollowUp",
    "Layer",
    "LayerCount",
    "Level",
    "Limits",
    "Measure",
    "Report",
    "StartMethod",
    "Submission",
    "Track",
    "Verdict",
    "new_seed",
    "worst",
]
