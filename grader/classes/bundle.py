"""The grader with its hidden tests, packed for the machines of a platform; nothing of it is for learners."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from grader.classes.platform import Platform, filled
from grader.classes.release import Terms, expect_empty, manifest_of, track_of
from grader.content.catalog import EXERCISES
from grader.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.content.catalog import Catalog
    from grader.model import Exercise

ARCHIVE: Final = "autograder.zip"
_PROJECT: Final = Path(__file__).parents[2]
_BUILT_FROM: Final = ("pyproject.toml", "constraints.txt", "README.md", "LICENSE")
_PROGRAMS: Final = ("setup.sh", "run_autograder", "bin/run.sh")
_LONG_AGO: Final = (2020, 1, 1, 0, 0, 0)  # the same release gives the same archive


def make_bundle(
    catalog: Catalog, folder: Path, exercises: Sequence[Exercise], terms: Terms, visibility: str = "visible"
) -> tuple[Path, int]:
    """Write what a platform's own machines need: Gradescope's autograder archive, or an Exercism test runner.

    Parameters
    ----------
    catalog : Catalog
        Where the exercises come from.
    folder : Path
        Empty, or missing.
    exercises : sequence of Exercise
        What is graded.
    terms : Terms
        For which platform, and how far each exercise must come.
    visibility : str, default="visible"
        When Gradescope shows results to learners.

    Returns
    -------
    Path
        What was written: the archive or the folder.
    int
        Number of files in it.

    Raises
    ------
    UsageError
        When the folder is not empty or cannot be written, or the package is no checkout, from which alone it can be built.
    """
    expect_empty(folder)
    missing = [name for name in _BUILT_FROM if not (_PROJECT / name).is_file()]
    if missing:
        raise UsageError(
            f"This kata was installed without {missing[0]}, so that it cannot be packed.",
            "Run the command in a checkout: `pip install -e .`, then `kata release`.",
        )
    files = dict(_content(catalog, exercises, terms, visibility))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if terms.platform is Platform.GRADESCOPE:
            (folder / ARCHIVE).write_bytes(_zipped(files))
            return folder / ARCHIVE, len(files)
        for path, data in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            target.chmod(0o755 if path in _PROGRAMS else 0o644)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written ({error.strerror}).", "Name another folder.") from None
    return folder, len(files)


def _content(
    catalog: Catalog, exercises: Sequence[Exercise], terms: Terms, visibility: str
) -> Iterator[tuple[str, bytes]]:
    values = {"level": str(terms.level), "feedback": "full", "visibility": visibility}
    if terms.platform is Platform.GRADESCOPE:
        yield "setup.sh", filled("setup.sh.jinja").encode()
        yield "run_autograder", filled("run_autograder.jinja", **values).encode()
        yield "manifest.json", msgspec.json.encode(manifest_of(catalog, exercises, terms))
    else:
        yield "bin/run.sh", filled("run.sh.jinja").encode()
        yield "Dockerfile", filled("Dockerfile.jinja").encode()
        for one in exercises:
            yield f"manifests/{one.slug}.json", msgspec.json.encode(manifest_of(catalog, [one], terms))
    for name in _BUILT_FROM:
        yield f"kata/{name}", (_PROJECT / name).read_bytes()
    for path in sorted((_PROJECT / "grader").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield f"kata/{path.relative_to(_PROJECT).as_posix()}", path.read_bytes()
    for track in catalog.tracks:
        members = [one for one in exercises if one.track == track.name]
        if members:
            yield f"kata/{EXERCISES}/{track.name}/track.toml", track_of(track, members).encode()
    for one in exercises:
        for place, kind in ((one.folder, EXERCISES), (one.solution_folder, "solutions")):
            for path in sorted(place.rglob("*")):
                if path.is_file() and path != one.stub_path and "__pycache__" not in path.parts:
                    inner = path.relative_to(place).as_posix()
                    yield f"kata/{kind}/{one.track}/{one.slug}/{inner}", path.read_bytes()


def _zipped(files: dict[str, bytes]) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            entry = zipfile.ZipInfo(path, _LONG_AGO)
            entry.external_attr = (0o100755 if path in _PROGRAMS else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return written.getvalue()
