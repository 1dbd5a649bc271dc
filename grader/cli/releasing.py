"""`kata release`: class and hiring repositories."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from grader.classes.platform import Platform
from grader.cli import console, options
from grader.errors import UsageError
from grader.model import Level, new_seed

if TYPE_CHECKING:
    from grader.classes.upstream import Upstream
    from grader.content.catalog import Catalog
    from grader.intake.manifest import Given
    from grader.model import Exercise

_MOST_SHOWN: Final = 20
_LONGEST_NAME: Final = 100


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@options.track
@click.option(
    "--exercises",
    metavar="SLUG,…",
    help="These exercises; for a candidate one of A/B, exercises that stand for each other.",
)
@click.option("--candidate", metavar="NAME", help="A release for one person, with a seed and a variant of its own.")
@click.option(
    "--variant", type=click.IntRange(min=1), metavar="N", help="Which variant the candidate gets; drawn by default."
)
@click.option("--seed", type=click.IntRange(min=0), metavar="N", help="The candidate's seed; drawn by default.")
@click.option(
    "--with-solutions/--without-solutions", "solutions", default=False, help="Whether our solutions come along."
)
@click.option("--with-hints/--without-hints", "hints", default=True, help="Whether hints come along.")
@click.option("--minutes", type=click.IntRange(min=1), metavar="N", help="Time for everything together.")
@click.option(
    "--platform", type=options.member(Platform), default=str(Platform.GITHUB), show_default=True,
    help="Who grades what is handed in; plain is nobody.",
)  # fmt: skip
@click.option(
    "--upstream",
    metavar="OWNER/REPO",
    help="Repository of tests and grader; by default what pyproject.toml or git says.",
)
@click.option("--ref", metavar="TAG", help="Its tag or commit; by default the commit that is checked out.")
@click.option(
    "--level",
    type=click.Choice([str(Level.CORE), str(Level.FULL)]),
    default=str(Level.FULL),
    show_default=True,
    help="How far each exercise must come for the workflow to be green.",
)
@click.option(
    "--visibility", type=click.Choice(["visible", "after_due_date", "after_published", "hidden"]), default="visible",
    help="When Gradescope shows the results.",
)  # fmt: skip
@click.option("--check", is_flag=True, help="Write nothing; prove that the folder shows nothing hidden.")
def release(
    folder: Path,
    *,
    track: str | None,
    exercises: str | None,
    candidate: str | None,
    variant: int | None,
    seed: int | None,
    solutions: bool,
    hints: bool,
    minutes: int | None,
    platform: str,
    upstream: str | None,
    ref: str | None,
    level: str,
    visibility: str,
    check: bool,
) -> int:
    """Write a repository for a class: prompts and stubs, without tests, solutions and mutants; or check one."""
    from grader.classes.assignment import assignment_path, expect_none, write_assignment
    from grader.classes.contents import Sealed
    from grader.classes.leak import leaks
    from grader.classes.release import Terms, kept_path, make_release
    from grader.render.paint import count, short

    catalog = options.open_catalog()
    if not check:
        place = Platform(platform)
        chosen, given = _chosen(catalog, exercises or "", track, _Candidate(candidate, variant, seed, minutes))
        if given is not None and place.is_bundle:
            raise UsageError(f"--platform {place} is no release for one candidate.", "Leave --candidate out.")
        terms = Terms(solutions, hints, minutes, place, _upstream(catalog, place, upstream, ref), Level(level), given)
        if place.is_bundle:
            from grader.classes.bundle import make_bundle

            written, number = make_bundle(catalog, folder, chosen, terms, visibility)
            console.say(f"Wrote {len(chosen)} exercises, {number} files, to {written}.")
            console.say("It holds hidden tests and references: it is for the platform, not for learners.")
            return 0
        if given is None:
            expect_none(folder)
        manifest = make_release(catalog, folder, chosen, terms)
        console.say(f"Wrote {len(manifest.exercises)} exercises, {len(manifest.files)} files, to {folder}.")
        if terms.upstream is not None:
            pinned = f"{terms.upstream.path} at {terms.upstream.ref}"
            console.say(f"Tests and grader come from {pinned}; see that it is pushed.")
        public = [one for one in chosen if one.folder.is_relative_to(catalog.root)]
        if public and (not hints or minutes is not None or given is not None):
            told = f"upstream shows the references of {count(len(public), 'exercise')} of these: a candidate may find them."
            console.warn(f"{told} Exercises of your own stand beside them with KATA_PATH.")
        if given is None:
            write_assignment(folder, chosen, Level(level))
        else:
            names = ", ".join(one.slug for one in chosen)
            console.say(f"{given.candidate} has variant {given.variant} ({names}) and a seed that nobody else has.")
    elif not folder.is_dir():
        raise UsageError(f"{folder} is no folder.", "Name the release to check.")
    found = list(leaks(catalog, folder, solutions=solutions))
    shown = [one for one in found if not isinstance(one, Sealed)]
    sealed = [one for one in found if isinstance(one, Sealed)]
    lines = [f"{leak.path}:{leak.line}: holds {leak.what}" for leak in shown]
    lines += [f"{one.path} {one.why}" for one in sealed]
    for line in lines[:_MOST_SHOWN]:
        console.say(line)
    if len(lines) > _MOST_SHOWN:
        console.say(f"and {len(lines) - _MOST_SHOWN} more")
    if shown:
        console.say(f"{count(len(shown), 'place')} show what is hidden.")
    if sealed:
        console.say(f"{count(len(sealed), 'part')} cannot be looked into: take them out of the release.")
    if not found:
        console.say("Nothing hidden is in it.")
    if not found and not check and candidate is not None:
        kept = short(kept_path(folder))
        console.say(f"Keep {kept} to yourself: it holds the seed. `kata ci --manifest {kept}` grades what comes back.")
    elif not found and not check:
        console.say("Keep a copy of its manifest.json; `kata ci --manifest` grades what comes back.")
        console.say(
            f"Points and due date are in {short(assignment_path(folder))}; `kata marks` goes by it. It is not for the class."
        )
    return 1 if found else 0


class _Candidate(NamedTuple):
    """What the command line says of a candidate."""

    name: str | None
    variant: int | None
    seed: int | None
    minutes: int | None


def _chosen(catalog: Catalog, text: str, track: str | None, wanted: _Candidate) -> tuple[list[Exercise], Given | None]:
    """Return what is handed out, and what a candidate is given."""
    from datetime import datetime

    from grader.classes.variant import draw, places_of
    from grader.intake.manifest import Given

    places = places_of(text)
    everything = not places and track is None
    if wanted.name is None:
        if wanted.variant is not None or wanted.seed is not None or any(len(place) > 1 for place in places):
            told = "--variant, --seed and exercises that stand for each other, A/B, are for one person."
            raise UsageError(told, "Say whose release it is with --candidate NAME.")
        slugs = [slug for place in places for slug in place]
        return options.select(catalog, slugs, track, everything=everything), None
    if not wanted.name.strip() or len(wanted.name) > _LONGEST_NAME or not wanted.name.isprintable():
        raise UsageError("--candidate is no name.", f"Write one of 1 to {_LONGEST_NAME} characters on one line.")
    seed = new_seed() if wanted.seed is None else wanted.seed
    if places:
        for place in places:
            for slug in place:
                catalog.exercise(slug)  # a slip in one that was not drawn is told as well
        variant = draw(places, seed, wanted.variant)
        chosen = options.select(catalog, variant.slugs, track, everything=False)
    else:
        chosen = options.select(catalog, [], track, everything=everything)
        variant = draw([], seed, wanted.variant)
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    return chosen, Given(wanted.name, seed, str(variant), now, wanted.minutes)


def _upstream(catalog: Catalog, platform: Platform, named: str | None, ref: str | None) -> Upstream | None:
    """Return where the release takes tests and grader from, None where it takes them from nowhere."""
    from grader.classes.upstream import find_upstream

    if not platform.needs_upstream:
        return None
    host = "gitlab.com" if platform is Platform.GITLAB else "github.com"
    found = find_upstream(catalog.root, named, ref, host)
    if platform in {Platform.GITHUB, Platform.CLASSROOM} and (found.host != "github.com" or found.path.count("/") != 1):
        raise UsageError(f"{found.url} is no repository on GitHub.", "Give --upstream OWNER/REPO.")
    return found
