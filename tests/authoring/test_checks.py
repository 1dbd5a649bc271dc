"""The content linter: a toy exercise in order, and what is said when something is not."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from grader.authoring.checks.absence import check_absence
from grader.authoring.checks.check import check
from grader.authoring.checks.finding import RULES, WARNINGS, CheckReport, KillCount, Severity, Step
from grader.authoring.checks.metadata import check_metadata
from grader.authoring.checks.prompt import prompt_examples, words
from grader.authoring.checks.proof import Proof, reference_findings
from grader.authoring.checks.survival import Survival
from grader.content.catalog import load_exercise
from grader.intake.submission import read_submission
from grader.judge import grade
from grader.model import Measure, Verdict
from grader.sandbox import Sandbox
from tests.support.report_samples import case, report
from tests.support.toys import edit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.model import Exercise

TOY: Final = Path(__file__).parent / "green_toy"
ORACLE: Final = '"""The reference against an independent library."""\n'
SURVIVOR: Final = '\n[[survivors]]\nmutation = "{}"\nreason = "Nothing that a test can see shows it."\n'


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """Root of a green exercise that the test may break."""
    root = tmp_path / "kata"
    shutil.copytree(TOY, root, ignore=shutil.ignore_patterns("__pycache__"))
    oracle = root / "tests" / "exercises" / "oracles" / "test_clamp.py"
    oracle.parent.mkdir(parents=True)
    oracle.write_text(ORACLE, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One sandbox for all checks."""
    with Sandbox() as sandbox:
        yield sandbox


def load(toy: Path) -> Exercise:
    """Load the exercise as it stands."""
    return load_exercise(toy / "exercises" / "toys" / "clamp")


def checked(toy: Path, sandbox: Sandbox) -> CheckReport:
    """Check the toy without automatic mutants, under one seed."""
    return check(load(toy), sandbox, mutants="declared", seeds=(1,))


def test_a_green_exercise_is_green(toy: Path, sandbox: Sandbox) -> None:
    """The toy passes every step; all mutants, declared and automatic, are killed."""
    told: list[tuple[str, int, int]] = []
    report = check(load(toy), sandbox, seeds=(1, 2), progress=lambda *step: told.append(step))

    assert report.findings == ()
    assert report.is_green
    assert report.skipped == ()
    assert list(Step) == list(report.steps)
    assert KillCount(7, 7) == report.declared
    assert report.automatic.killed == report.automatic.total >= 6
    assert report.automatic.rate == 1.0
    assert all(0 <= done <= total for _, done, total in told)


def write(*parts: str, text: str) -> Callable[[Path], None]:
    """Return a change that writes a file."""
    return lambda root: (root.joinpath(*parts).write_text(text, encoding="utf-8"), None)[1]


def remove(*parts: str) -> Callable[[Path], None]:
    """Return a change that removes a file."""
    return lambda root: root.joinpath(*parts).unlink()


def change(*parts: str, old: str, new: str) -> Callable[[Path], None]:
    """Return a change that replaces one piece of a file."""
    return lambda root: edit(root.joinpath(*parts), old, new)


def append(*parts: str, text: str) -> Callable[[Path], None]:
    """Return a change that adds text to the end of a file."""

    def change(root: Path) -> None:
        with root.joinpath(*parts).open("a", encoding="utf-8") as file:
            file.write(text)

    return change


def cut(root: Path, name: str) -> None:
    """Take a mutant out of the list."""
    path = root.joinpath(*MUTANTS)
    tables = path.read_text(encoding="utf-8").split("[[mutants]]")
    path.write_text("[[mutants]]".join(table for table in tables if f'"{name}"' not in table), encoding="utf-8")


def _neighbour(root: Path, slug: str, old: str) -> None:
    """Write the metadata of another exercise, which had another name before."""
    folder = root / "exercises" / "toys" / slug
    folder.mkdir()
    (folder / "exercise.toml").write_text(f'aliases = ["{old}"]\n', encoding="utf-8")


def _rename(root: Path, old: list[str]) -> None:
    """Say which names the exercise had before."""
    edit(root.joinpath(*METADATA), 'tags = ["numbers"]', f'tags = ["numbers"]\naliases = {old}')


FOLDER: Final = ("exercises", "toys", "clamp")
SOLUTION: Final = ("solutions", "toys", "clamp")
METADATA: Final = (*FOLDER, "exercise.toml")
PROMPT: Final = (*FOLDER, "prompt.md")
STUB: Final = (*FOLDER, "clamp.py")
TESTS: Final = (*FOLDER, "hidden_tests.py")
REFERENCE: Final = (*SOLUTION, "clamp.py")
MUTANTS: Final = (*SOLUTION, "mutants.toml")
MUTANT: Final = (*SOLUTION, "mutants", "accepts_any_bounds.py")
ALTERNATIVE: Final = (*SOLUTION, "alternatives", "branches.py")
TEXTBOOK: Final = (*SOLUTION, "alternatives", "textbook.py")
CLASS: Final = '\n\nclass Extra:\n    """Extra."""\n\n    def {}:\n        {}\n'
ONE_QUESTION: Final = """
[[clarifications]]
topic = "one point"
question = "May the bounds be equal?"
answer = "Yes; then there is one number to give back."
"""
LAST_TEST: Final = "    with assert_raises(ValueError):\n"

READING: Final = [
    ("missing-file", remove(*PROMPT), "prompt.md"),
    ("missing-file", remove("tests", "exercises", "oracles", "test_clamp.py"), "test_clamp.py"),
    (
        "missing-file",
        lambda root: (root.joinpath(*ALTERNATIVE).unlink(), root.joinpath(*TEXTBOOK).unlink(), None)[2],
        "alternatives",
    ),
    ("unknown-file", write(*FOLDER, "promt.md", text=""), "promt.md"),
    ("unknown-file", write(*SOLUTION, "mutants", "notes.txt", text=""), "notes.txt"),
    ("unreadable-file", lambda root: (root.joinpath(*PROMPT).write_bytes(b"\xff"), None)[1], "prompt.md"),
    ("too-few", change(*METADATA, old='tags = ["numbers"]', new="tags = []"), "exercise.toml"),
    ("too-few", change(*METADATA, old='hints = ["Two comparisons are enough.", ', new="hints = ["), "exercise.toml"),
    ("too-few", change(*METADATA, old='hints = ["', new='hints = ["Think.", "'), "exercise.toml"),
    ("placeholder", change(*PROMPT, old="NaN.", new="TODO"), "prompt.md"),
    ("minutes", change(*METADATA, old="minutes = 5", new="minutes = 900"), "exercise.toml"),
    (
        "unknown-prerequisite",
        change(*METADATA, old='tags = ["numbers"]', new='tags = ["numbers"]\nprerequisites = ["clmp"]'),
        "exercise.toml",
    ),
    ("alias", lambda root: _rename(root, ["clamp"]), "exercise.toml"),
    ("missing-file", remove(*MUTANTS), "mutants.toml"),
    ("core-mutants", lambda root: cut(root, "always_low"), "mutants.toml"),
    ("clarifications", change(*METADATA, old=ONE_QUESTION, new=""), "exercise.toml"),
    ("mutant-list", change(*MUTANTS, old='file = "accepts_any_bounds.py"', new=""), "mutants.toml"),
    ("mutant-list", change(*MUTANTS, old='"always_low"', new='"forgets_low"'), "mutants.toml"),
    ("mutant-list", change(*MUTANTS, old='"always_low"\n', new='"always_low"\ndies_of = "OSError"\n'), "mutants.toml"),
    ("mutant-list", write(*SOLUTION, "mutants", "other.py", text='"""Other."""\n'), "other.py"),
    ("stale-edit", change(*MUTANTS, old="accepts_any_bounds.py", new="accepts.py"), "mutants.toml"),
    ("stale-edit", change(*REFERENCE, old="if low > high:", new="if high < low:"), "mutants.toml"),
    ("stale-edit", append(*REFERENCE, text="# return min(max(value, low), high)\n"), "mutants.toml"),
    ("stale-edit", change(*MUTANTS, old='replaces = "clamp"', new='replaces = "clamb"'), "mutants.toml"),
    ("stale-edit", change(*MUTANTS, old="if low >= high:", new="if low > high:"), "mutants.toml"),
    (
        "mutant-signature",
        change(*MUTANTS, old="def clamp(value, low, high)", new="def clamp(x, low, high)"),
        "mutants.toml",
    ),
    ("mutant-signature", change(*MUTANT, old="def clamp(value", new="def clip(value"), "accepts_any_bounds.py"),
    ("syntax", change(*MUTANTS, old="return max(value, low)", new="return max(value, low"), "mutants.toml"),
    ("unknown-case", change(*MUTANTS, old="test_below", new="test_belo"), "mutants.toml"),
    ("prompt-title", change(*PROMPT, old="# Clamp", new="# Clamping"), "prompt.md"),
    ("prompt-section", change(*PROMPT, old="## Not covered", new="## Out of scope"), "prompt.md"),
    ("prompt-section", change(*PROMPT, old="NaN.\n", new=""), "prompt.md"),
    ("prompt-section", change(*PROMPT, old="## Fine print", new="### Fine print"), "prompt.md"),
    ("prompt-section", change(*PROMPT, old="\n## Forbidden\n", new="\n"), "prompt.md"),
    ("prompt-length", change(*PROMPT, old="Move a", new="Move a" + " very" * 220), "prompt.md"),
    ("prompt-length", change(*PROMPT, old="NaN.", new="NaN" + " and more" * 250), "prompt.md"),
    ("prompt-length", change(*PROMPT, old="- `clamp", new="- more\n" * 7 + "- `clamp"), "prompt.md"),
    ("prompt-phrase", change(*PROMPT, old="NaN.", new="NaN, which no hidden test\nasks for."), "prompt.md"),
    ("prompt-example", change(*PROMPT, old=">>> clamp(7, 0, 5)\n", new=""), "prompt.md"),
    ("syntax", change(*REFERENCE, old="def clamp(", new="def clamp(:"), "clamp.py"),
    ("entry-points", change(*METADATA, old='entry_points = ["clamp"]', new='entry_points = ["clip"]'), "clamp.py"),
    ("docstring", change(*REFERENCE, old="    Parameters\n    ----------\n", new=""), "clamp.py"),
    ("docstring", change(*REFERENCE, old="    >>> clamp(-3, 0, 5)\n    0\n", new=""), "clamp.py"),
    ("untyped", change(*REFERENCE, old="value: int,", new="value,"), "clamp.py"),
    ("entry-points", append(*REFERENCE, text=CLASS.format("f(self) -> None", '"""Do it."""')), "clamp.py"),
    ("docstring", append(*REFERENCE, text=CLASS.format("f(self) -> None", "pass")), "clamp.py"),
    ("docstring", append(*REFERENCE, text=CLASS.format("f(self) -> int", '"""Do it."""')), "clamp.py"),
    ("untyped", append(*REFERENCE, text=CLASS.format("f(self)", '"""Do it."""')), "clamp.py"),
    ("syntax", append(*MUTANT, text="def"), "accepts_any_bounds.py"),
    ("syntax", append(*TESTS, text="def"), "hidden_tests.py"),
    ("forbidden", change(*ALTERNATIVE, old="\n\n\ndef", new="\nimport statistics\n\n\ndef"), "branches.py"),
    ("stub", change(*STUB, old="raise NotImplementedError", new="return value"), "clamp.py"),
    ("style", change(*ALTERNATIVE, old='"""Branches instead of min and max."""', new=""), "branches.py"),
    ("test-docstring", change(*TESTS, old='    """Equal bounds leave one number."""\n', new=""), "hidden_tests.py"),
    ("test-arguments", change(*TESTS, old="test_one_point(candidate)", new="test_one_point(rng)"), "hidden_tests.py"),
    ("test-name", change(*TESTS, old="test_one_point", new="test_above"), "hidden_tests.py"),
    (
        "private-name",
        change(*TESTS, old="candidate.clamp(9, 2, 2)", new="candidate._clamp(9, 2, 2)"),
        "hidden_tests.py",
    ),
    ("randomness", change(*TESTS, old=LAST_TEST, new=f"    np.random.seed(0)\n{LAST_TEST}"), "hidden_tests.py"),
    ("bare-assert", change(*TESTS, old=LAST_TEST, new=f"    assert candidate\n{LAST_TEST}"), "hidden_tests.py"),
    ("settings", change(*TESTS, old=LAST_TEST, new=f"    settings(deadline=None)\n{LAST_TEST}"), "hidden_tests.py"),
    (
        "untested",
        lambda root: (
            root.joinpath(*TESTS).write_text(root.joinpath(*TESTS).read_text().replace(".clamp(", ".clip(")),
            None,
        )[1],
        "hidden_tests.py",
    ),
]


@pytest.mark.parametrize(("code", "breaks", "file"), READING)
def test_what_can_be_read_is_found_before_anything_runs(
    toy: Path, sandbox: Sandbox, code: str, breaks: Callable[[Path], None], file: str
) -> None:
    """Each rule about files names the file to open, and keeps the costly steps from running."""
    breaks(toy)

    report = checked(toy, sandbox)
    finding = next(finding for finding in report.findings if finding.code == code)

    assert finding.path.name == file
    assert finding.message
    assert finding.remedy
    assert not report.is_green
    assert Step.PROOF in report.skipped


@pytest.mark.parametrize(
    ("own", "other", "told"),
    [
        (["clamp"], "", ["`aliases` lists 'clamp', which is its own slug."]),
        (["clip"], "bound", ["`aliases` lists 'clip', which is the slug of an exercise that there is."]),
        (["bound"], "bound", ["`aliases` lists 'bound', which clip lists as well."]),
        ([], "clamp", ["`aliases` of clip lists 'clamp', this exercise's slug."]),
        (["bound"], "limit", []),
    ],
)
def test_an_old_name_belongs_to_one_exercise(toy: Path, own: list[str], other: str, told: list[str]) -> None:
    """Where two exercises claim a name, a learner's history would follow the wrong one: both are refused, by either's check."""
    _rename(toy, own)
    _neighbour(toy, "clip", other)

    assert [one.message for one in check_metadata(load(toy)) if one.code == "alias"] == told


WARNED: Final = [
    (
        "same-title",
        change(*TESTS, old="above the interval becomes the upper", new="below the interval becomes the lower"),
    ),
    ("long-title", change(*TESTS, old="Equal bounds leave", new=f"Equal bounds {'really ' * 20}leave")),
]


def test_a_renamed_parameter_names_every_mutant_that_no_longer_fits(toy: Path, sandbox: Sandbox) -> None:
    """Renaming a parameter of the reference leaves no mutant to die of it unnoticed."""
    reference = toy.joinpath(*REFERENCE)
    text = reference.read_text(encoding="utf-8")
    reference.write_text(text.replace("value", "number"), encoding="utf-8")

    report = checked(toy, sandbox)
    stale = [finding.message for finding in report.errors if finding.code in {"stale-edit", "mutant-signature"}]

    for name in ("forgets_high", "forgets_low", "accepts_any_bounds", "always_low"):
        assert any(name in message for message in stale), stale
    assert Step.PROOF in report.skipped


@pytest.mark.parametrize(("code", "breaks"), WARNED)
def test_warnings_do_not_stop_the_check(toy: Path, sandbox: Sandbox, code: str, breaks: Callable[[Path], None]) -> None:
    """A warning is told, and the exercise is green all the same."""
    breaks(toy)

    report = checked(toy, sandbox)

    assert [code] == [finding.code for finding in report.findings]
    assert report.is_green
    assert Step.PROOF in report.steps


RUNNING: Final = [
    (
        "stub-verdict",
        change(*TESTS, old=LAST_TEST, new=f"    return\n{LAST_TEST}"),
        "The stub passes test_bounds_in_the_wrong_order",
    ),
    ("reference-fails", change(*TESTS, old="clamp(9, 1, 5), 5)", new="clamp(9, 1, 5), 6)"), "test_above"),
    ("example", change(*PROMPT, old="(7, 0, 5)\n5", new="(7, 0, 5)\n6"), "`clamp(7, 0, 5)` gave 5"),
    ("alternative-fails", change(*TEXTBOOK, old="max(low, ", new="max(low + 1, "), "textbook.py does not pass core"),
    ("textbook", remove(*TEXTBOOK), "textbook"),
    ("thin-core", change(*TESTS, old="def test_below", new="@pytest.mark.fine\ndef test_below"), "2 of at least 3"),
    (
        "core-survives",
        change(*MUTANTS, old='"one_point_is_refused"\n', new='"one_point_is_refused"\ncore = true\n'),
        "only test_one_point rejects it",
    ),
    ("alternative-fails", change(*ALTERNATIVE, old="value < low", new="value < low - 9"), "branches.py"),
    ("mutant-survives", change(*MUTANTS, old='["test_below"]', new='["test_above"]'), "test_below"),
    ("mutant-broken", append(*MUTANT, text="\nimport nothing_of_that_name\n"), "accepts_any_bounds"),
    (
        "dies-by-accident",
        change(*MUTANTS, old="return min(value, low)", new="return value.low"),
        "always_low dies of AttributeError in every case",
    ),
    (
        "dies-by-accident",
        change(*MUTANTS, old='"always_low"\n', new='"always_low"\ndies_of = "TypeError"\n'),
        "always_low says it dies of TypeError",
    ),
    ("grader-fault", change(*TESTS, old="assert_equal(candidate.clamp(9, 2, 2), 2)", new="1 / 0"), "test_one_point"),
]


@pytest.mark.parametrize(("code", "breaks", "told"), RUNNING)
def test_what_runs_is_found_before_automatic_mutants(
    toy: Path, sandbox: Sandbox, code: str, breaks: Callable[[Path], None], told: str
) -> None:
    """Each rule about runs says which file or case contradicts it, and mutation does not begin."""
    breaks(toy)

    report = check(load(toy), sandbox, seeds=(1,))
    messages = [finding.message for finding in report.findings if finding.code == code]

    assert any(told in message for message in messages), report.findings
    assert report.skipped == (Step.MUTATION,)


def test_reference_must_pass_with_every_seed(toy: Path, sandbox: Sandbox) -> None:
    """A case that depends on the seed is found by the seed that breaks it."""
    edit(toy.joinpath(*TESTS), "def test_one_point(candidate):", "def test_one_point(candidate, rng):")
    edit(toy.joinpath(*TESTS), "candidate.clamp(9, 2, 2), 2)", "candidate.clamp(9, 2, 2), int(rng.integers(2)) + 1)")

    report = check(load(toy), sandbox, mutants="declared", seeds=range(1, 9))
    (finding,) = report.errors

    assert finding.code == "reference-fails"
    assert re.search(r"kata grade clamp --reference --seed \d", finding.remedy)


def test_declared_mutant_must_be_caught_with_every_seed(toy: Path, sandbox: Sandbox) -> None:
    """A case that meets its mistake with some seeds only is found by the seed with which it does not."""
    edit(toy.joinpath(*TESTS), "def test_below(candidate):", "def test_below(candidate, rng):")
    edit(
        toy.joinpath(*TESTS),
        "candidate.clamp(-3, 1, 5), 1)",
        "candidate.clamp(x := int(rng.integers(2)), 1, 5), max(x, 1))",
    )

    report = check(load(toy), sandbox, mutants="declared", seeds=range(1, 9))
    messages = [finding.message for finding in report.errors if finding.code == "mutant-survives"]

    assert messages
    assert all(re.search(r"^forgets_low passes test_below with seed \d", message) for message in messages)


@pytest.mark.parametrize(
    ("test", "told"),
    [
        (
            "assert_equal(candidate.width(candidate.clamp(1, 1, 1), 5), 4)",
            ["Whoever leaves out clamp loses every case of width"],
        ),
        ("assert_equal(candidate.width(1, 5), 4)", []),
    ],
    ids=["through the other", "by itself"],
)
def test_a_missing_entry_point_costs_only_its_own_cases(
    toy: Path, sandbox: Sandbox, test: str, told: list[str]
) -> None:
    """An entry point that is only tested through another one is told, although the reference uses both."""
    edit(toy.joinpath(*REFERENCE), "    if low > high:", "    if width(low, high) < 0:")
    for path, text in (
        (REFERENCE, "def width(low, high):\n    return high - low\n"),
        (TESTS, f"def test_width(candidate):\n    {test}\n"),
    ):
        file = toy.joinpath(*path)
        file.write_text(f"{file.read_text()}\n\n{text}")
    exercise = replace(load(toy), entry_points=("clamp", "width"))

    found = [finding.message for finding in check_absence(exercise, sandbox, seed=1)]

    assert [message[: len(start)] for message, start in zip(found, told, strict=True)] == told


def test_slow_cases_are_found(toy: Path, sandbox: Sandbox) -> None:
    """The reference must stay under a third of the limit of a case."""
    edit(
        toy.joinpath(*METADATA),
        '[[follow_ups]]\nquestion = "How',
        '[limits]\ncase_s = 0.9\n\n[[follow_ups]]\nquestion = "How',
    )
    edit(toy.joinpath(*TESTS), LAST_TEST, f"    __import__('time').sleep(0.4)\n{LAST_TEST}")

    report = checked(toy, sandbox)

    assert "slow-case" in {finding.code for finding in report.findings}


def test_survivors_are_named_until_they_are_explained(toy: Path, sandbox: Sandbox) -> None:
    """An automatic mutant that no case rejects is named with its line; with a reason it no longer counts."""
    name = "clamp: low > high -> low >= high"
    edit(toy.joinpath(*TESTS), "candidate.clamp(9, 2, 2), 2)", "candidate.clamp(9, 2, 3), 3)")
    cut(toy, "one_point_is_refused")

    before = check(load(toy), sandbox, seeds=(1,))
    with toy.joinpath(*MUTANTS).open("a", encoding="utf-8") as file:
        file.write(SURVIVOR.format(name))
    after = check(load(toy), sandbox, seeds=(1,))

    assert {"unexplained-survivor", "kill-rate"} == {finding.code for finding in before.errors}
    assert any(re.match(r"Line \d+ of the reference:", finding.message) for finding in before.errors)
    assert before.automatic.survivors == (name,)
    assert after.errors == ()
    assert (after.automatic.justified, after.automatic.rate) == (1, 1.0)


def test_more_than_a_tenth_of_justified_survivors_is_too_many(toy: Path, sandbox: Sandbox) -> None:
    """A reference whose mutants mostly survive, with whatever reasons, is not proven."""
    edit(toy.joinpath(*REFERENCE), "if low > high:", "if low > high or low > high or low > high:")
    survived = Survival(load(toy), sandbox, proved(toy, sandbox), seed=1)
    list(survived.run(lambda *_: None))

    with toy.joinpath(*MUTANTS).open("a", encoding="utf-8") as file:
        file.writelines(SURVIVOR.format(name) for name in survived.count.survivors)
    findings = list(Survival(load(toy), sandbox, proved(toy, sandbox), seed=1).run(lambda *_: None))

    assert len(survived.count.survivors) > 1
    assert "many-survivors" in {finding.code for finding in findings}


def proved(toy: Path, sandbox: Sandbox) -> Proof:
    """Return what a run of the reference alone shows."""
    report = grade(load(toy), read_submission(toy.joinpath(*REFERENCE)), sandbox, seed=1)
    return Proof(cases=tuple(case.name for case in report.cases))


def test_a_survivor_needs_a_reason_that_can_be_checked(toy: Path, sandbox: Sandbox) -> None:
    """A reason of a word or two is refused."""
    edit(toy.joinpath(*TESTS), "candidate.clamp(9, 2, 2), 2)", "candidate.clamp(9, 2, 3), 3)")
    cut(toy, "one_point_is_refused")
    with toy.joinpath(*MUTANTS).open("a", encoding="utf-8") as file:
        file.write('\n[[survivors]]\nmutation = "clamp: low > high -> low >= high"\nreason = "Equivalent."\n')

    report = check(load(toy), sandbox, seeds=(1,))

    assert ["thin-reason"] == [finding.code for finding in report.errors]


def test_kills_mean_nothing_when_the_reference_depends_on_its_layout(toy: Path, sandbox: Sandbox) -> None:
    """Mutants lose comments and line numbers; a reference that cannot do without them is told, not counted."""
    edit(
        toy.joinpath(*REFERENCE),
        "    if low > high:",
        "#\n" * 50 + "    assert (lambda: 0).__code__.co_firstlineno > 50\n    if low > high:",
    )

    report = check(load(toy), sandbox, seeds=(1,))

    assert ["reference-fails"] == [finding.code for finding in report.findings]
    assert report.automatic == KillCount()


def test_listed_survivors_that_die_or_do_not_exist_are_stale(toy: Path, sandbox: Sandbox) -> None:
    """The list of survivors never holds more than what survives."""
    with toy.joinpath(*MUTANTS).open("a", encoding="utf-8") as file:
        file.write(SURVIVOR.format("clamp: low > high -> low >= high") + SURVIVOR.format("clamp: a -> b"))

    report = check(load(toy), sandbox, seeds=(1,))

    assert [finding.code for finding in report.findings] == ["stale-survivor", "stale-survivor"]
    assert report.findings[0].message.endswith("is rejected.")
    assert report.findings[1].message.endswith("does not exist.")


def test_cases_that_reject_nothing_are_told(toy: Path, sandbox: Sandbox) -> None:
    """A case that no mutant fails is a warning."""
    with toy.joinpath(*TESTS).open("a", encoding="utf-8") as file:
        file.write(
            "\n\ndef test_type(candidate):\n"
            '    """A text is refused."""\n'
            "    with assert_raises(TypeError, ValueError):\n"
            '        candidate.clamp("a", 1, 5)\n'
        )

    report = check(load(toy), sandbox, seeds=(1,))

    assert [(finding.code, finding.severity) for finding in report.findings] == [("idle-case", Severity.WARNING)]
    assert "test_type" in report.findings[0].message
    assert report.is_green


@pytest.mark.parametrize(
    ("measure", "codes"),
    [
        (Measure("time_ratio", 1.0, 3.0), []),
        (Measure("time_ratio", 1.0, 1.9), ["tight-limit"]),
        (Measure("memory_ratio", 1.0, 1.6), []),
        (Measure("memory_ratio", 1.0, 1.4), ["tight-limit"]),
        (Measure("growth_exponent", 1.1, 1.5), []),
        (Measure("growth_exponent", 1.1, 1.2), ["tight-limit"]),
    ],
)
def test_limits_that_leave_no_room_are_told(toy: Path, measure: Measure, codes: list[str]) -> None:
    """A ratio has room by a factor, an exponent by a step."""
    passed = report(Verdict.PASSED, replace(case("test_speed", "It is quick."), measures=(measure,)))

    assert codes == [finding.code for finding in reference_findings(load(toy), passed)]


def test_every_rule_is_broken_somewhere_above() -> None:
    """No rule exists that no test has seen at work."""
    tables = {row[0] for table in (READING, WARNED, RUNNING) for row in table}
    alone = {
        "entangled",
        "slow-case",
        "tight-limit",
        "kill-rate",
        "unexplained-survivor",
        "stale-survivor",
        "many-survivors",
        "thin-reason",
        "idle-case",
    }

    assert set(RULES) == tables | alone
    assert set(RULES) > WARNINGS


def test_a_program_that_the_prompt_hands_out_is_not_counted() -> None:
    """Prose, formulas and sessions are words; a fenced block without a session is material."""
    prompt = "# Two words\n\n```python\nx = 1\n```\n\n## Examples\n\n```python\n>>> 1 + 1\n2\n```\n"
    assert words(prompt) == (3, 12)


def test_prompt_examples_are_the_sessions_of_python_blocks() -> None:
    """Other fenced blocks and blocks without a prompt are not examples."""
    prompt = (
        "# A\n```sh\n>>> no\n```\n```python\n>>> 1\n1\n```\ntext\n```python\nx = 1\n```\n```python\n>>> 2\n2\n```\n"
    )

    assert prompt_examples(prompt) == ">>> 1\n1\n\n>>> 2\n2\n"
