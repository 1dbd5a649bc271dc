"""Hidden tests of recursive_json."""

import json
import posixpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_equal, assert_raises, assert_that, speed

NESTED = st.recursive(
    st.sampled_from([None, True, 0, 1.5, "x", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "bc", "d e"]), inner, max_size=3),
    max_leaves=8,
)
CONTAINERS = NESTED.filter(lambda value: isinstance(value, dict | list) and value)


def spec(value, path=()):
    """All leaves by their paths, as tuples."""
    if isinstance(value, dict | list) and value:
        items = value.items() if isinstance(value, dict) else enumerate(value)
        return {k: v for key, item in items for k, v in spec(item, (*path, str(key))).items()}
    return {path: value}


class Files:
    """Files by name, and which of them were read."""

    def __init__(self, **values):
        self.texts = {f"{name.replace('__', '/')}.json": json.dumps(value) for name, value in values.items()}
        self.read_names = []

    def read(self, name):
        self.read_names.append(name)
        return self.texts.get(posixpath.normpath(name), json.dumps(f"there is no {name}"))


def include(name):
    """An object that stands for another file."""
    return {"$include": f"{name}.json"}


def load(candidate, name, **values):
    """Load one of several files."""
    return candidate.load_json(f"{name}.json", Files(**values).read)


def test_flatten_by_hand(candidate):
    """Keys and indices are joined to paths."""
    assert_equal(candidate.flatten({"a": 1, "b": {"c": 2, "d": {"e": 3}}}), {"a": 1, "b.c": 2, "b.d.e": 3})
    assert_equal(candidate.flatten({"x": [5, [6, 7], {"y": 8}]}), {"x.0": 5, "x.1.0": 6, "x.1.1": 7, "x.2.y": 8})
    assert_equal(candidate.flatten([{"a": None}, False]), {"0.a": None, "1": False})


def test_empty_containers_are_leaves(candidate):
    """Empty dicts and lists don't vanish, in either direction."""
    nested, flat = {"a": {}, "b": [], "c": [{}, {"d": []}]}, {"a": {}, "b": [], "c.0": {}, "c.1.d": []}
    assert_equal(candidate.flatten(nested), flat)
    assert_equal(candidate.unflatten(flat), nested)


def test_other_separators(candidate):
    """The separator may be longer than a character."""
    assert_equal(candidate.flatten({"a": {"b.c": [1]}}, "__"), {"a__b.c__0": 1})
    assert_equal(candidate.unflatten({"a__b.c__0": 1}, sep="__"), {"a": {"b.c": [1]}})


def test_unflatten_by_hand(candidate):
    """Levels are dicts, unless their keys are 0 to n - 1."""
    assert_equal(candidate.unflatten({"a.b": 1, "c": 2, "a.d": 3}), {"a": {"b": 1, "d": 3}, "c": 2})
    assert_equal(candidate.unflatten({"a.0": 1, "a.2": 3}), {"a": {"0": 1, "2": 3}})
    assert_equal(candidate.unflatten({"a.1": 1, "a.2": 3}), {"a": {"1": 1, "2": 3}})
    assert_equal(candidate.unflatten({"0.x": 1, "1.0": 2}), [{"x": 1}, [2]])


def test_lists_are_ordered_by_number(candidate):
    """Item 10 comes after item 9, in whatever order the keys stand."""
    assert_equal(candidate.unflatten({f"v.{i}": i for i in range(11, -1, -1)}), {"v": list(range(12))})


@given(value=CONTAINERS)
def test_flatten_of_random_values(candidate, value):
    """Random values have the leaves of a recursive definition."""
    assert_equal(candidate.flatten(value), {".".join(path): leaf for path, leaf in spec(value).items()})


@given(value=CONTAINERS)
def test_round_trip(candidate, value):
    """unflatten takes back what flatten did."""
    assert_equal(candidate.unflatten({"|".join(path): leaf for path, leaf in spec(value).items()}, "|"), value)


def test_includes_by_hand(candidate):
    """Includes stand for the content of their file: in dicts, in lists, in included files, or as the whole file."""
    files = {"a": {"x": include("b"), "y": [0, include("c")]}, "b": {"z": include("c")}, "c": 7, "d": include("a")}
    expected = {"x": {"z": 7}, "y": [0, 7]}
    assert_equal(load(candidate, "a", **files), expected)
    assert_equal(load(candidate, "d", **files), expected)
    assert_equal(load(candidate, "c", **files), 7)


def test_includes_are_relative_to_their_file(candidate):
    """The same name means another file in another folder."""
    files = {
        "m__a": [include("b"), include("sub/a")],
        "m__b": "m",
        "m__sub__a": [include("b"), include("../b")],
        "b": "top",
    }
    assert_equal(load(candidate, "m/a", m__sub__b="sub", **files), ["m", ["sub", "m"]])


def test_same_file_twice_is_no_cycle(candidate):
    """A file that is included twice, side by side or along two ways, is loaded twice."""
    assert_equal(load(candidate, "a", a=[include("b"), include("b")], b={"k": 1}), [{"k": 1}, {"k": 1}])
    diamond = {"a": [include("b"), include("c")], "b": include("d"), "c": [include("d")], "d": "end"}
    assert_equal(load(candidate, "a", **diamond), ["end", ["end"]])


@pytest.mark.fine
def test_roots(candidate):
    """A scalar or an empty container is one leaf with an empty path."""
    for value in (5, None, "", False, {}, []):
        assert_equal(candidate.flatten(value), {"": value})
        assert_equal(candidate.unflatten({"": value}), value)


@pytest.mark.fine
def test_indices_and_nothing(candidate):
    """Indices have no leading zeros; a flat dict without entries is an empty dict."""
    assert_equal(candidate.unflatten({"a.00": 1, "a.1": 2}), {"a": {"00": 1, "1": 2}})
    assert_equal(candidate.unflatten({"a.٠": 1}), {"a": {"٠": 1}})
    assert_equal(candidate.unflatten(candidate.flatten({"a": {"1": 5, "0": 6}})), {"a": [6, 5]})
    assert_equal(candidate.unflatten({}), {})


@pytest.mark.fine
def test_keys_that_cannot_be_joined(candidate):
    """A key that is empty or contains the separator raises ValueError."""
    for value in ({"": 1}, {"a.b": 1}, {"a": [{"": 2}]}, {"x": {".": 1}}):
        with assert_raises(ValueError):
            candidate.flatten(value)


@pytest.mark.fine
def test_paths_that_contradict(candidate):
    """A leaf that is also a parent, or an empty part of a path, raises ValueError."""
    for path in ({"a": 1, "a.b": 2}, {"a.b": 1, "a": 2}, {"a": {}, "a.b": 1}, {"a..b": 1}, {".a": 1}, {"a.": 1}):
        with assert_raises(ValueError):
            candidate.unflatten(path)
    with assert_raises(ValueError):
        candidate.unflatten({"": 1, "a": 2})


@pytest.mark.fine
def test_cycles(candidate):
    """A file that includes itself, directly or through others, raises ValueError."""
    files = {"own": [include("own")], "first": {"x": include("second")}, "second": include("x/../first")}
    for name in ("own", "first", "deep"):
        with assert_raises(ValueError):
            load(candidate, name, deep=include("first"), **files)


@pytest.mark.fine
def test_bad_includes(candidate):
    """Other keys, other targets, and ways out of the top folder raise ValueError."""
    malformed = [{"$include": "b.json", "x": 1}, {"$include": 5}, {"$include": ["b.json"]}]
    for bad in [*malformed, include("/b"), include("../b"), include("x/../../b")]:
        with assert_raises(ValueError):
            load(candidate, "a", a=[bad], b=1)


@pytest.mark.fine
def test_names_are_normalised(candidate):
    """`read` gets the shortest form of a name, of the first file too."""
    files = Files(m__a=[include("../b"), include("./x/../c")], b=include("..c/d"), m__c=3, **{"..c__d": 4})
    assert_equal(candidate.load_json("./m/a.json", files.read), [4, 3])
    assert_that(
        sorted(files.read_names) == ["..c/d.json", "b.json", "m/a.json", "m/c.json"], f"read {files.read_names}"
    )


@pytest.mark.scale
def test_each_file_is_read_once(candidate):
    """Ten files, each of which includes the next one twice, are read ten times, not a thousand."""
    files = Files(**{f"f{i}": [include(f"f{i + 1}")] * 2 for i in range(9)}, f9=1)
    candidate.load_json("f0.json", files.read)
    count = len(files.read_names)
    assert_that(count == 10, f"load_json read {count} times; expected each of 10 files once")


@pytest.mark.scale
def test_many_leaves_are_quick(candidate, reference, rng):
    """Four thousand leaves are flattened and restored in linear time."""

    def prepare(subject, rng):
        nested = {f"k{i}": [{"x": i, "y": [i]} for i in range(50)] for i in range(40)}
        return lambda: subject.unflatten(subject.flatten(nested))

    speed(candidate, reference, prepare, rng, limit=8)
