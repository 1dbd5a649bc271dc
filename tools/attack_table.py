"""`python -m tools.attack_table`: run every attack under every kind of isolation and print what became of it.

With `--write` the tables of SECURITY.md are renewed.  Nothing hostile runs without walls unless `--without-walls` asks for
it: an attack that succeeds does what it says, to the files of whoever runs it.  Do that on a machine you can throw away.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from grader.model import ConfinementMode, StartMethod, Verdict
from grader.sandbox import Sandbox
from tests.support.hostile import ATTACKS, CONTROLS, ROOT, Attack, World, read_attacks

SECURITY: Final = ROOT / "SECURITY.md"
LAST_ROW: Final = 75
_PATIENCE_S: Final = 90
_WIDTH: Final = 90


@dataclass(frozen=True)
class Line:
    """One attack under one kind of isolation."""

    attack: Attack
    isolation: str
    verdict: str
    succeeded: bool
    how: str
    host_mib: float = 0.0


def confined(method: StartMethod) -> list[Line]:
    """Run every attack and control behind all walls."""
    lines = []
    folder = Path(tempfile.mkdtemp(prefix="attacks-"))
    with Sandbox(ConfinementMode.STRICT, method, secret=[folder]) as sandbox:
        world = World(folder, sandbox)
        for place in (ATTACKS, CONTROLS):
            for attack in read_attacks(place):
                outcome = world.run(attack, place)
                reached = ", ".join((*outcome.leaks, *outcome.damage))
                succeeded = outcome.succeeded(attack)
                lines.append(
                    Line(attack, method, outcome.report.verdict, succeeded, reached or outcome.how, outcome.host_mib)
                )
                print(told(lines[-1]), flush=True)
        world.close()
    return lines


def unconfined() -> list[Line]:
    """Run every attack that is not too dangerous with no walls at all, each under a host of its own."""
    lines = []
    for attack in read_attacks():
        if attack.unsafe:
            line = Line(attack, "none", "not run", succeeded=True, how=attack.unsafe)
        else:
            command = [sys.executable, "-m", "tools.attack_table", "--one", attack.name]
            try:
                done = subprocess.run(
                    command, cwd=ROOT, capture_output=True, text=True, timeout=_PATIENCE_S, check=False
                )
                word, _, how = (done.stdout.strip().splitlines() or ["the grader was stopped"])[-1].partition("|")
                line = Line(attack, "none", word, succeeded=not how.startswith("held"), how=how.removeprefix("held"))
            except subprocess.TimeoutExpired:
                line = Line(attack, "none", "none", succeeded=True, how="the grader hung")
        lines.append(line)
        print(told(line), flush=True)
    return lines


def one(name: str) -> None:
    """Run one attack with no walls and print what became of it on the last line."""
    attack = next(a for a in read_attacks() if a.name == name)
    folder = Path(tempfile.mkdtemp(prefix="attacks-"))
    with Sandbox(ConfinementMode.OFF, secret=[folder]) as sandbox:
        world = World(folder, sandbox)
        outcome = world.run(attack)
        reached = ", ".join((*outcome.leaks, *outcome.damage))
        word = "" if outcome.succeeded(attack) else "held"
        print(f"\n{outcome.report.verdict}|{word}{reached or _plain(outcome.how)}")
        world.close()


def told(line: Line) -> str:
    """One line of the table for a terminal."""
    if line.attack.limit:
        word = "LIMIT"
    elif line.attack.name in {c.name for c in read_attacks(CONTROLS)}:
        word = "FAILED" if line.succeeded else "passed"
    else:
        word = "SUCCEEDED" if line.succeeded else "caught"
    return f"{line.isolation:6} {line.attack.name:38} {line.verdict:14} {word:10} {_plain(line.how)[:_WIDTH]}"


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\x20-\x7e]", "?", text).replace("|", "/").split())


def threat_rows(lines: list[Line]) -> list[str]:
    """Return the table of the threat model's rows, as Markdown."""
    others = tomllib.loads((ATTACKS / "not_submissions.toml").read_text(encoding="utf-8"))
    rows = ["| row | attack | status | how |", "|---|---|---|---|"]
    audited = {line.attack.row for line in lines if "/" in line.attack.name}
    for number in sorted({*range(1, LAST_ROW + 1), *audited}):
        mine = [line for line in lines if "/" in line.attack.name and line.attack.row == number]
        for line in mine:
            if line.isolation == StartMethod.FORK:
                status = "documented limit" if line.attack.limit else "SUCCEEDS" if line.succeeded else "caught"
                how = line.attack.limit or f"{line.verdict.replace('_', ' ')}"
                rows.append(f"| {number} | {_plain(line.attack.tries)} | {status} | {how} |")
        if not mine and str(number) in others:
            rows.append(f"| {number} | | {others[str(number)]['status']} | {others[str(number)]['why']} |")
    return rows


def isolation_rows(lines: list[Line], before: str) -> list[str]:
    """Return the table of what each kind of isolation stops, as Markdown; what was not run now stays as it was."""
    rows = ["| attack | fork, confined | spawn, confined | no confinement |", "|---|---|---|---|"]
    known = dict(re.findall(r"^\| `([^`]+)` \| [^|]* \| [^|]* \| (.*) \|$", before, re.MULTILINE))
    for attack in read_attacks():
        cells = []
        for isolation in (StartMethod.FORK, StartMethod.SPAWN, "none"):
            line = next((one for one in lines if one.attack == attack and one.isolation == isolation), None)
            if attack.limit:
                cells.append("limit")
            elif line is None:
                cells.append(f"not run: {attack.unsafe}" if attack.unsafe else known.get(attack.name, "not run"))
            elif line.verdict == "not run":
                cells.append(f"not run: {line.how}")
            else:
                cells.append(f"**succeeds**: {_plain(line.how)[:60]}" if line.succeeded else "caught")
        rows.append(f"| `{attack.name}` | {' | '.join(cells)} |")
    return rows


def renew(text: str, name: str, rows: list[str]) -> str:
    """Return a document with the table between two marks replaced."""
    begin, end = f"<!-- {name}: generated by nox -s attacks -->", f"<!-- end of {name} -->"
    head, _, rest = text.partition(begin)
    _, _, tail = rest.partition(end)
    return "\n".join((f"{head}{begin}", "", *rows, "", f"{end}{tail}"))


def main() -> int:
    """Run everything; the exit code tells whether an attack succeeded behind the walls or a control failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", help="run one attack without confinement")
    parser.add_argument(
        "--without-walls", action="store_true", help="also without confinement, on a machine you can throw away"
    )
    parser.add_argument("--write", action="store_true", help="renew the tables of SECURITY.md")
    options = parser.parse_args()
    if options.one:
        one(options.one)
        return 0
    lines = [*confined(StartMethod.FORK), *confined(StartMethod.SPAWN)]
    walls = list(lines)
    if options.without_walls:
        lines += unconfined()
    controls = {control.name for control in read_attacks(CONTROLS)}
    attacks = [line for line in walls if line.attack.name not in controls and not line.attack.limit]
    bad = [line for line in attacks if line.succeeded]
    failed = [line for line in walls if line.attack.name in controls and line.verdict != Verdict.PASSED]
    print(f"\n{len(attacks)} runs of {len(attacks) // 2} attacks behind the walls: {len(bad)} succeeded.")
    print(f"{len(walls) - len(attacks)} runs of controls and documented limits: {len(failed)} controls wrongly failed.")
    heaviest = max(walls, key=lambda line: line.host_mib)
    print(f"The host took at most {heaviest.host_mib:.0f} MiB above its start, under {heaviest.attack.name}.")
    if options.write:
        text = SECURITY.read_text(encoding="utf-8")
        text = renew(text, "threats", threat_rows(walls))
        SECURITY.write_text(renew(text, "isolation", isolation_rows(lines, text)), encoding="utf-8")
    return 1 if bad or failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
