"""Pieces of the scripts that `kata case` writes: their beginning, and the few functions they may need."""

from __future__ import annotations

from typing import Final

PRINTED: Final = "print('got     ', repr(got))\nprint('expected', repr(expected))"

_STRIDED: Final = '''
def strided(array):
    """Return the same array with gaps between its entries, as the case gave it."""
    if isinstance(array, np.ndarray):
        return np.repeat(array, 2, axis=-1)[..., ::2]
    return array.repeat_interleave(2, -1)[..., ::2]
'''

_GRADIENTS: Final = '''
def gradients(function, args, kwargs, wrt, output, cotangent, parameters):
    """Return the gradients of a call, as the case took them."""
    leaves = {i: args[i].detach().clone().requires_grad_(True) for i in wrt}
    named = dict(function.named_parameters()) if parameters else {}
    for parameter in named.values():
        parameter.grad = None
    result = function(*[leaves.get(i, arg) for i, arg in enumerate(args)], **kwargs)
    if output is not None:
        result = result[output]
    (result.sum() if cotangent is None else (result * cotangent).sum()).backward()
    found = tuple(leaves[i].grad for i in wrt)
    return (found, {name: p.grad for name, p in named.items()}) if parameters else found
'''

_SAME: Final = '''
def same(one, other):
    """Tell whether two values are equal, types and all."""
    if other is ANYTHING:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if hasattr(one, "dtype"):
        equal = one.dtype == other.dtype and one.shape == other.shape
        return bool(equal and ((one == other) | ((one != one) & (other != other))).all())
    return bool(one == other or (one != one and other != other))
'''

_RECORDED: Final = '''
class Recorded:
    """A function of the hidden test: it gives the answers that it gave in this case, by its arguments.

    A method must also be asked in its turn: an object may answer otherwise when something else came before.
    """

    def __init__(self, answers, turn=None):
        self.answers = answers  # arguments, keywords, answer; of a method also when
        self.turn = turn  # of the object whose method this is: how often it was asked

    def __call__(self, *args, **kwargs):
        known = [row for row in self.answers if same(args, row[0]) and same(kwargs, row[1])]
        if self.turn:
            known = [row for row in known if row[3] == self.turn[0]]
            self.turn[0] += 1
        if not known:
            raise LookupError("the case never asked this; `kata case` writes it anew for the code as it is now")
        if len(known) > 1 or hasattr(known[0][2], "is_helper"):
            self.answers = [row for row in self.answers if row is not known[0]]
        if isinstance(known[0][2], Exception):
            raise known[0][2]
        return copy.deepcopy(known[0][2])
'''

_CLOSE: Final = '''
def close(got, expected, rtol, atol, dtypes=False):
    """Compare as the hidden test did."""
    if isinstance(expected, dict):
        keys = got.keys() == expected.keys()
        return keys and all(close(got[key], expected[key], rtol, atol, dtypes) for key in expected)
    if isinstance(expected, (list, tuple)):
        return len(got) == len(expected) and all(close(g, e, rtol, atol, dtypes) for g, e in zip(got, expected))
    if dtypes and getattr(got, "dtype", None) != getattr(expected, "dtype", None):
        return False
    if expected is None or isinstance(expected, (str, bytes, set, frozenset, bool)):
        return bool(got == expected)
    got, expected = (np.asarray(v.detach().double() if hasattr(v, "detach") else v) for v in (got, expected))
    if got.dtype.kind not in "biufc":
        return bool(np.array_equal(got, expected))
    return got.shape == expected.shape and bool(np.allclose(got, expected, rtol, atol, equal_nan=True))
'''

_KINDS: Final = {
    "shape_of": '\ndef shape_of(value):\n    """Return a shape."""\n    return tuple(np.shape(value))\n',
    "dtype_of": '\ndef dtype_of(value):\n    """Return the name of a dtype."""\n'
    '    return str(value.dtype).removeprefix("torch.")\n',
    "type_of": '\ndef type_of(value):\n    """Return the name of a type."""\n    return type(value).__name__\n',
}

_PIECES: Final = {
    "strided": _STRIDED,
    "gradients": _GRADIENTS,
    "same": _SAME,
    "Recorded": _RECORDED,
    "close": _CLOSE,
    **_KINDS,
}

#: Names that a script may define.
NAMES: Final = (*_PIECES, "ANYTHING", "warnings", "itertools", "importlib", "Path", "spec", "items", "answers")


def head(
    *,
    mark: str,
    title: str,
    module: str,
    slug: str,
    attempt: str,
    arrays: str,
    uses: set[str],
    body: str,
    strict: bool,
) -> list[str]:
    """Return the lines before the calls.

    Parameters
    ----------
    mark : str
        The first line.
    title : str
        The sentence of the case.
    module : str
        Variable that holds the attempt.
    slug : str
        Name of the exercise.
    attempt : str
        The learner's file.
    arrays : str
        Name of the file of arrays; empty without one.
    uses : set of str
        Names of pieces that the body needs.
    body : str
        The calls.
    strict : bool
        Whether a RuntimeWarning stops a call.
    """
    uses = set(uses)
    if "Recorded" in uses:
        uses |= {"same", "copy"}
    if "ANYTHING" in uses:
        uses.add("same")
    pieces = [text for name, text in _PIECES.items() if name in uses]
    code = body + "".join(pieces)
    has_numpy, has_torch = bool(arrays) or "np." in code, "torch." in body
    standard = ["importlib.util", "sys", *(name for name in ("copy", "itertools") if name in uses)]
    standard += ["warnings"] if strict else []
    lines = [
        mark,
        "#",
        f"#     {one_line(title)}",
        "#",
        "# It makes the calls of that case in their order.  Run it with Python: it exits with 1 while the case fails.",
        "",
        *(f"import {name}" for name in sorted(standard)),
        *(["from pathlib import Path"] if arrays else []),
        *([""] if has_numpy or has_torch else []),
        *(["import numpy as np"] if has_numpy else []),
        *(["import torch"] if has_torch else []),
        "",
        "sys.dont_write_bytecode = True",
        f"spec = importlib.util.spec_from_file_location({slug!r}, {attempt!r})",
        f"{module} = sys.modules[{slug!r}] = importlib.util.module_from_spec(spec)",
        f"spec.loader.exec_module({module})",
        *([f"data = np.load(Path(__file__).with_name({arrays!r}))"] if arrays else []),
        *(["warnings.simplefilter('error', RuntimeWarning)  # as in the fine print"] if strict else []),
        *(["np.set_printoptions(precision=17, threshold=10_000)"] if has_numpy else []),
        *(["torch.set_printoptions(precision=10, threshold=10_000)"] if has_torch else []),
    ]
    if "same" in uses:
        lines.append("ANYTHING = object()")
    for text in pieces:
        lines += ["", *text.rstrip("\n").split("\n")]
    return [*lines, "", ""]


def one_line(text: str) -> str:
    """Return a text of any origin as one line of a comment."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
