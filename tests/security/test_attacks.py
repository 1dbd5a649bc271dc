"""Every attack of `attacks/` fails, and every honest submission of `controls/` passes."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

import pytest

from grader.model import ConfinementMode, StartMethod, Verdict
from grader.sandbox import Sandbox
from tests.support.hostile import ATTACKS, CONTROLS, MOST_HOST_MIB, ROOT, Attack, World, read_attacks
from tools.attack_table import LAST_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator

# Starting afresh takes a second or two for each submission; one attack of each kind of wall is run so here, and all of
# them in `nox -s attacks`.
AFRESH = (
    "a/01_exit_in_a_call", "a/05_plant_files", "a/13_detached_child", "b/18_read_the_tests", "b/20_read_host_memory",
    "b/21_environment_of_the_host", "c/27_decoder_gadgets", "d/35_ignores_signals", "g/50_unix_sockets",
)  # fmt: skip


RUNS = [
    pytest.param(method, attack, id=f"{method}-{attack.name}")
    for method in StartMethod
    for attack in read_attacks()
    if method is StartMethod.FORK or attack.name in AFRESH
]


@pytest.fixture(scope="module", params=list(StartMethod))
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Canaries in place, for workers of either kind."""
    folder = tmp_path_factory.mktemp("world")
    with Sandbox(ConfinementMode.STRICT, request.param, secret=[folder]) as sandbox:
        made = World(folder, sandbox)
        yield made
        made.close()


@pytest.mark.parametrize(("world", "attack"), RUNS, indirect=["world"])
def test_an_attack_fails(attack: Attack, world: World) -> None:
    """The verdict is one that the attack deserves; no canary comes to light, nothing is changed and nothing is left.

    The grader itself stays small, whatever it is sent.
    """
    outcome = world.run(attack)

    assert outcome.leaks == ()
    assert outcome.damage == ()
    assert outcome.report.verdict in attack.verdicts, outcome.how
    assert outcome.host_mib < MOST_HOST_MIB


@pytest.mark.parametrize("control", read_attacks(CONTROLS), ids=lambda control: control.name)
def test_an_honest_submission_passes(control: Attack, world: World) -> None:
    """What only looks suspicious passes."""
    outcome = world.run(control, CONTROLS)

    assert outcome.report.verdict is Verdict.PASSED, outcome.how
    assert (outcome.leaks, outcome.damage) == ((), ())


def test_every_row_has_an_attack_or_a_reason() -> None:
    """Each row of the threat model is tried by a submission, or it is said why none can try it."""
    others = tomllib.loads((ATTACKS / "not_submissions.toml").read_text(encoding="utf-8"))
    tried, told = {attack.row for attack in read_attacks()}, {int(row) for row in others}

    assert tried | told == set(range(1, LAST_ROW + 1))
    assert not tried & told


def test_every_row_of_the_threat_model_is_answered() -> None:
    """SECURITY.md says of every row what becomes of it, names every attack, and admits of no success behind walls."""
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in text.splitlines() if re.match(r"\| \d+ \|", line)]

    assert {int(row[1]) for row in rows} == set(range(1, LAST_ROW + 1))
    assert {row[3].strip() for row in rows} == {"caught", "not applicable", "documented limit"}
    assert all(f"`{attack.name}`" in text for attack in read_attacks())


def test_no_workflow_runs_with_rights_on_foreign_code() -> None:
    """No workflow is triggered by pull_request_target or workflow_run, and none has permissions by default."""
    for path in (ROOT / ".github" / "workflows").glob("*.yml"):
        text = path.read_text(encoding="utf-8")

        assert "pull_request_target" not in text
        assert "workflow_run" not in text
        assert re.search(r"^permissions: \{\}$", text, re.MULTILINE)
