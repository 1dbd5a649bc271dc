"""Flat and nested JSON values, and files that include one another."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def flatten(obj: Any, sep: str = ".") -> dict[str, Any]:
    """Turn a nested value into one dict of its leaves.

    Parameters
    ----------
    obj : object
        JSON value.
    sep : str
        What joins the keys of a path.

    Returns
    -------
    dict
        Leaves by their paths, in the order in which they stand.

    Raises
    ------
    ValueError
        If a key is empty or contains `sep`.

    Examples
    --------
    >>> flatten({"lr": 0.1, "layers": [{"n": 8}, {"n": 4}], "tags": []})
    {'lr': 0.1, 'layers.0.n': 8, 'layers.1.n': 4, 'tags': []}
    """
    raise NotImplementedError


def unflatten(flat: dict[str, Any], sep: str = ".") -> Any:
    """Restore a nested value from its leaves.

    Parameters
    ----------
    flat : dict
        Leaves by their paths.
    sep : str
        What joins the keys of a path.

    Returns
    -------
    object
        The nested value; a level with the keys 0 to n - 1 is a list.

    Raises
    ------
    ValueError
        If a part of a path is empty, or a leaf is also a parent.

    Examples
    --------
    >>> unflatten({"layers/1": "b", "layers/0": "a"}, sep="/")
    {'layers': ['a', 'b']}
    """
    raise NotImplementedError


def load_json(name: str, read: Callable[[str], str]) -> Any:
    """Load a JSON file with everything that it includes.

    Parameters
    ----------
    name : str
        Name of the file.
    read : callable
        Returns the text of a file by its normalised name.

    Returns
    -------
    object
        The value, with each `{"$include": name}` replaced.

    Raises
    ------
    ValueError
        If files include each other in a circle, or an include is malformed or leaves the top folder.

    Examples
    --------
    >>> files = {"m/a.json": '{"opt": {"$include": "b.json"}}', "m/b.json": "[1, 2]"}
    >>> load_json("m/a.json", files.get)
    {'opt': [1, 2]}
    """
    raise NotImplementedError
