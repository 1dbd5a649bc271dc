"""How a person names an exercise: by its slug, by track and slug, by its folder or a file in it, or by standing in it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from grader.content.metadata import EXERCISES, SOLUTIONS
from grader.errors import ContentError, UsageError

if TYPE_CHECKING:
    from grader.content.catalog import Catalog


def find_slug(catalog: Catalog, name: str, here: Path) -> str:
    """Return the slug that somebody means.

    Parameters
    ----------
    catalog : Catalog
        Where exercises are looked for.
    name : str
        Such as `iou`, `IoU`, `vision/iou` or `exercises/vision/iou/iou.py`.
    here : Path
        Where a path begins; the root of the catalogue is tried as well.

    Returns
    -------
    str
        The slug; the name as it is where nothing fits, so that the catalogue can say what is near.

    Raises
    ------
    UsageError
        When it is a file that is not the stub of the exercise in whose folder it lies.
    """
    if name in catalog.folders:
        return name
    for base in (here, *catalog.roots, *(root / EXERCISES for root in catalog.roots)):
        path = Path(os.path.normpath(base / Path(name).expanduser()))
        slug = slug_at(catalog, path)
        if slug is not None:
            if path.suffix and path.exists() and path.name not in {f"{slug}.py", "hidden_tests.py", "prompt.md"}:
                raise UsageError(
                    f"{path} is not the stub of {slug}.", f"`--path` names another file: `{slug} --path {name}`."
                )
            return slug
    slug = _spelled(catalog, Path(name).name) if name else name
    if slug in catalog.folders and (here / Path(name).expanduser()).is_file():
        raise UsageError(f"{name} is not the stub of {slug}.", f"`--path` names another file: `{slug} --path {name}`.")
    return slug


def old_names(catalog: Catalog) -> dict[str, str]:
    """Return the slugs that exercises had before, each with the one it has now.

    Raises
    ------
    ContentError
        When any exercise is broken.
    """
    return {old: one.slug for one in catalog.exercises for old in one.aliases if old not in catalog.folders}


def slug_at(catalog: Catalog, path: Path) -> str | None:
    """Return the slug of the exercise in whose folder a path lies, or whose folder it is; None in no such folder."""
    for base in (root / top for root in catalog.roots for top in (EXERCISES, SOLUTIONS)):
        for one, other in ((path, base), (path.resolve(), base.resolve())):
            if one.is_relative_to(other):
                track, slug, *_ = [*one.relative_to(other).parts, "", ""]
                folder = catalog.folders.get(slug)
                if folder is not None and folder.parent.name == track:
                    return slug
    return None


def _spelled(catalog: Catalog, name: str) -> str:
    """Return the slug that differs only in case, in hyphens or in the ending `.py`."""
    meant = _simple(name.removesuffix(".py"))
    near = [slug for slug in (*catalog.folders, *catalog.slugs) if _simple(slug) == meant]
    if near:
        return near[0]
    try:
        return old_names(catalog).get(name, name)
    except ContentError:  # some other exercise is broken
        return name


def _simple(name: str) -> str:
    return name.casefold().replace("-", "_").replace(" ", "_")
