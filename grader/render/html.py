"""Pages from templates: one file each, no script, no network."""

from __future__ import annotations

import jinja2

from grader.render.paint import clock


def render(template: str, **values: object) -> str:
    """Return a page; every value is escaped unless it is marked as HTML.

    Parameters
    ----------
    template : str
        File name of a template beside this module.
    **values : object
        What the template shows.
    """
    loader = jinja2.PackageLoader("grader.render", "")
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.filters["clock"] = clock
    return environment.get_template(template).render(**values) + "\n"
