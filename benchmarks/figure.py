"""One measured ratio and what was wanted of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A ratio of two medians of one run.

    Attributes
    ----------
    name : str
        What is compared.
    ours, other : float
        Medians, in `unit`.
    ratio : float
        The figure itself, as `wanted` reads it.
    wanted : str
        `<= 1.0` or `>= 8`.
    """

    name: str
    ours: float
    other: float
    unit: str
    ratio: float
    wanted: str

    @property
    def is_met(self) -> bool:
        """Whether the ratio is as wanted."""
        relation, _, bound = self.wanted.partition(" ")
        return self.ratio <= float(bound) if relation == "<=" else self.ratio >= float(bound)


def table(figures: list[Figure]) -> str:
    """Return figures as a table in Markdown."""
    rows = ["| figure | ours | other | ratio | wanted | met |", "|---|---|---|---|---|---|"]
    for f in figures:
        met = "yes" if f.is_met else "no"
        rows.append(
            f"| {f.name} | {f.ours:.4g} {f.unit} | {f.other:.4g} {f.unit} | {f.ratio:.2f} | {f.wanted} | {met} |"
        )
    return "\n".join(rows)
