"""Platforms that a class works on: which file of a release has what is pushed graded."""

from __future__ import annotations

import json
import shlex
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from grader.classes.upstream import Upstream
    from grader.model import Level


class Platform(StrEnum):
    """Where a release goes."""

    GITHUB = "github"
    CLASSROOM = "classroom"
    GITLAB = "gitlab"
    JENKINS = "jenkins"
    PLAIN = "plain"
    GRADESCOPE = "gradescope"
    EXERCISM = "exercism"

    @property
    def is_bundle(self) -> bool:
        """Whether it is no repository for learners, but the grader with its hidden tests for the platform's own machines."""
        return self in {Platform.GRADESCOPE, Platform.EXERCISM}

    @property
    def needs_upstream(self) -> bool:
        """Whether what is released fetches tests and grader from a repository."""
        return self in _WORKFLOWS


# Path in the release, and the template of the file.
_WORKFLOWS: Final = {
    Platform.GITHUB: (".github/workflows/grade.yml", "github.yml.jinja"),
    Platform.CLASSROOM: (".github/workflows/classroom.yml", "github.yml.jinja"),
    Platform.GITLAB: (".gitlab-ci.yml", "gitlab.yml.jinja"),
    Platform.JENKINS: ("Jenkinsfile", "Jenkinsfile.jinja"),
}


def workflow(platform: Platform, upstream: Upstream, level: Level) -> tuple[str, str]:
    """Return path and text of the file that has pushes graded.

    Parameters
    ----------
    platform : Platform
        One that needs an upstream.
    upstream : Upstream
        Where tests and grader come from.
    level : Level
        How far each exercise must come.
    """
    path, template = _WORKFLOWS[platform]
    values = {"path": upstream.path, "url": upstream.url, "ref": upstream.ref, "level": str(level)}
    return path, filled(template, classroom=platform is Platform.CLASSROOM, **values)


def filled(template: str, **values: object) -> str:
    """Return the text of a template, whose variables stand in `{@ … @}`: braces mean something to every platform.

    Parameters
    ----------
    template : str
        File name below `templates`.
    **values : object
        What it shows.
    """
    import jinja2

    environment = jinja2.Environment(  # noqa: S701  no HTML; the filters quote
        loader=jinja2.PackageLoader("grader.classes", "templates"),
        undefined=jinja2.StrictUndefined,
        variable_start_string="{@",
        variable_end_string="@}",
        comment_start_string="{@#",
        comment_end_string="#@}",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["quoted"] = json.dumps  # a YAML string, whatever it looks like
    environment.filters["shell"] = shlex.quote
    return environment.get_template(template).render(values)
