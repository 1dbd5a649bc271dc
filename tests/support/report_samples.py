"""Reports for the tests of renderers, one of each kind."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from grader.model import CaseResult, Confinement, Feedback, Layer, Measure, Report, StartMethod, Verdict

CONFINED: Final = Confinement("confined", 5, seccomp=True, rlimits=True, start_method=StartMethod.FORK)
UNCONFINED: Final = Confinement(
    "unconfined",
    0,
    seccomp=False,
    rlimits=False,
    start_method=StartMethod.SPAWN,
    missing=("Landlock: this kernel does not have it", "seccomp: refused by the kernel"),
)


def case(
    name: str,
    title: str,
    verdict: Verdict = Verdict.PASSED,
    message: str = "",
    output: str = "",
    layer: Layer = Layer.CORE,
) -> CaseResult:
    """Return a case worth one point."""
    points = float(verdict is Verdict.PASSED)
    return CaseResult(name, title, verdict, points, 1.0, 0.01, message, output, layer=layer)


def report(verdict: Verdict, *cases: CaseResult, slug: str = "softmax", message: str = "") -> Report:
    """Return a confined report on the stub of an exercise."""
    return Report(
        exercise=slug,
        title=slug.capitalize(),
        verdict=verdict,
        points=sum(item.points for item in cases),
        max_points=sum(item.max_points for item in cases),
        duration_s=0.4321,
        confinement=CONFINED,
        seed=17,
        content_hash="c0ffee",
        submission_hash="5eed",
        submission_path=f"exercises/arrays/{slug}/{slug}.py",
        cases=cases,
        message=message,
        cpu_s=0.21,
        peak_memory_mb=61.5,
    )


PASSED: Final = report(
    Verdict.PASSED,
    case("test_rows", "Every row sums to one."),
    replace(
        case("test_speed", "A big batch is as quick as ours."),
        points=2.0,
        max_points=2.0,
        measures=(Measure("time_ratio", 1.23, 3.0),),
        layer=Layer.SCALE,
    ),
)
SOLVED: Final = report(
    Verdict.WRONG,
    case("test_overlap", "Boxes that overlap in part have the IoU of their areas."),
    case("test_empty", "No boxes give an empty matrix.", layer=Layer.FINE),
    case(
        "test_shapes",
        "Another shape raises ValueError.",
        Verdict.WRONG,
        "box_iou(float64 array of shape (5,)) gave a result; expected ValueError.",
        layer=Layer.FINE,
    ),
    replace(
        case("test_many", "Many boxes are quick.", layer=Layer.SCALE), measures=(Measure("time_ratio", 1.5, 20.0),)
    ),
    slug="box_iou",
)
WRONG: Final = report(
    Verdict.RAISED,
    case("test_rows", "Every row sums to one."),
    case(
        "test_large",
        "Logits near 1000 give probabilities, not NaN.",
        Verdict.WRONG,
        "softmax(float64 array of shape (2,)) gave NaN in 2 of 2 entries; expected finite values.",
        "x = [1000. 1001.]\n",
    ),
    case(
        "test_dtype[float32]",
        "Every dtype comes back as it went in.",
        Verdict.RAISED,
        "softmax(float32 array of shape (3,)) raised ValueError: secret 42\n  softmax.py:12 in softmax",
        layer=Layer.FINE,
    ),
    case("test_log", "The logarithm stays finite.", Verdict.NOT_STARTED, "log_softmax raised NotImplementedError"),
)
NOT_STARTED: Final = report(
    Verdict.NOT_STARTED,
    case("test_nms", "The best box is kept.", Verdict.NOT_STARTED, "nms raised NotImplementedError"),
    slug="nms",
)
INVALID: Final = report(
    Verdict.INVALID,
    case("test_iou", "Equal boxes overlap fully.", Verdict.INVALID, "SyntaxError: '(' was never closed (line 3)"),
    slug="iou",
    message="SyntaxError: '(' was never closed (line 3)",
)
FAULT: Final = report(
    Verdict.GRADER_FAULT,
    case("test_adam", "One step moves by the learning rate.", Verdict.GRADER_FAULT, "ZeroDivisionError in the test"),
    slug="adam",
    message="ZeroDivisionError in the test",
)
ALL: Final = (PASSED, SOLVED, WRONG, NOT_STARTED, INVALID, FAULT)


def at(level: Feedback, sample: Report = WRONG) -> Report:
    """Return a report at a feedback level."""
    return replace(sample, feedback=level)
