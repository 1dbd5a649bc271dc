"""What a submission used."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """What all workers of a session used.

    Attributes
    ----------
    cpu_s : float
        Processor seconds.
    peak_memory_mb : float
        Greatest resident memory of one worker, mebibytes.
    """

    cpu_s: float
    peak_memory_mb: float
