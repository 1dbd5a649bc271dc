"""Flat and nested JSON values, and files that include one another."""

from __future__ import annotations

import json
import posixpath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


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
    return dict(_leaves(obj, "", sep))


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
    if not flat:
        return {}
    if flat.keys() == {""}:
        return flat[""]
    root = _Level()
    for path, value in flat.items():
        *parents, last = path.split(sep)
        if not (last and all(parents)):
            raise ValueError(f"{path!r} has an empty part")
        level = root
        for key in parents:
            level = level.setdefault(key, _Level())
            if not isinstance(level, _Level):
                raise ValueError(f"{path!r} lies below a leaf")
        if last in level:
            raise ValueError(f"{path!r} is a leaf and a parent")
        level[last] = value
    return _restored(root)


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
    loaded: dict[str, Any] = {}
    under_way: set[str] = set()

    def load(path: str) -> Any:
        path = posixpath.normpath(path)
        if path.startswith("/") or path.split("/")[0] == "..":
            raise ValueError(f"{path!r} is outside the top folder")
        if path in under_way:
            raise ValueError(f"{path!r} includes itself")
        if path not in loaded:
            under_way.add(path)
            loaded[path] = resolve(json.loads(read(path)), posixpath.dirname(path))
            under_way.remove(path)  # from now on it may be used again
        return loaded[path]

    def resolve(value: Any, folder: str) -> Any:
        if isinstance(value, list):
            return [resolve(item, folder) for item in value]
        if not isinstance(value, dict):
            return value
        if "$include" not in value:
            return {key: resolve(item, folder) for key, item in value.items()}
        target = value["$include"]
        if len(value) > 1 or not isinstance(target, str):
            raise ValueError(f"malformed include: {value}")
        return load(posixpath.join(folder, target))

    return load(name)


class _Level(dict[str, Any]):
    """A dict that is under construction, unlike one that is a leaf."""


def _leaves(value: Any, path: str, sep: str) -> Iterator[tuple[str, Any]]:
    if not value or not isinstance(value, dict | list):
        yield path, value
        return
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        part = str(key)
        if not part or sep in part:
            raise ValueError(f"the key {part!r} cannot be part of a path")
        yield from _leaves(item, f"{path}{sep}{part}" if path else part, sep)


def _restored(value: Any) -> Any:
    if not isinstance(value, _Level):
        return value
    items = {key: _restored(item) for key, item in value.items()}
    indices = [str(i) for i in range(len(items))]
    return [items[i] for i in indices] if items.keys() == set(indices) else items
