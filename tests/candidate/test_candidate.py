"""The submission through the proxy: functions, classes, iterators, callbacks, prints, and what may not happen."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from grader.candidate import RemoteObject, SubmissionFailed, session_of
from grader.model import Backend, Limits, Verdict
from grader.sandbox import Sandbox
from grader.testing import assert_raises, expose, fetch, printed, put, take
from tests.support.sessions import opened, told

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = '''
import numpy as np


class Scaler:
    """Remembers a mean."""

    kind = "scaler"

    def __init__(self, shift=0.0):
        self.shift = shift
        self.seen = []

    def fit(self, x):
        self.mean_ = x.mean(axis=0) + self.shift
        return self

    def transform(self, x):
        return x - self.mean_

    @classmethod
    def zero(cls):
        return cls(0.0)

    @property
    def broken(self):
        raise ValueError("no such luck")

    def __len__(self):
        return 3

    def __getitem__(self, index):
        return index * 2

    def __setitem__(self, index, value):
        self.seen.append((index, value))

    def __contains__(self, value):
        return value == 7

    def __call__(self, x):
        return x + self.shift

    def __iter__(self):
        yield from (1, 2)


def count():
    n = 0
    while True:
        yield n
        n += 1


def fails_late():
    yield 1
    raise KeyError("two")


def apply(f, x):
    return f(x)


def compose(f, g):
    return lambda x: f(g(x))


def apply_to_all(f, xs):
    return [f(x) for x in xs]


def describe(x):
    return type(x).__name__, str(getattr(x, "dtype", "")), getattr(x, "shape", None)


def same(x):
    return x


def call_with_keywords(a, *, b=2, **rest):
    return a, b, sorted(rest.items())


def forget(f, x):
    try:
        f(x)
    except Exception:
        return "swallowed"


def walk(env):
    state = env.reset()
    total = 0.0
    done = False
    while not done:
        state, reward, done = env.step(state + 1)
        total += reward
    return total


def peek(env):
    return env.secret


def dunder(env):
    return env.step.__self__
'''


class Walk:
    """An environment that ends at five."""

    secret = "nobody may know"

    def __init__(self) -> None:
        self.steps: list[int] = []

    def reset(self) -> int:
        """Begin."""
        return 0

    def step(self, state: int) -> tuple[int, float, bool]:
        """Move on."""
        self.steps.append(state)
        return state, 0.5, state == 5


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Warm sandbox."""
    with Sandbox() as box:
        yield box


@pytest.fixture
def candidate(sandbox: Sandbox) -> Iterator[Any]:
    """A submission with functions and a class."""
    with opened(sandbox, SOURCE) as subject:
        yield subject


def test_functions_take_arguments_and_keywords(candidate: Any) -> None:
    """Positional and keyword arguments arrive as they were written."""
    assert candidate.call_with_keywords(1, b=3, c=4) == (1, 3, [("c", 4)])
    assert candidate.call_with_keywords(1) == (1, 2, [])


@pytest.mark.parametrize(
    "value",
    [
        np.array([True, False]),
        np.array([1 + 2j]),
        np.array([1.5], dtype=np.float16),
        np.array([[1, 2]], dtype=np.uint8),
        np.float32(1.5),
        np.bool_(True),
        {"a": (1, [2.5, None]), 3: {4}},
        "Ελλάδα",
        10**40,
    ],
    ids=lambda value: f"{type(value).__name__}-{getattr(value, 'dtype', '')}",
)
def test_values_go_there_and_back(candidate: Any, value: Any) -> None:
    """Arrays of every dtype, scalars and nested containers come back as they went."""
    got = candidate.same(value)

    assert type(got) is type(value)
    assert np.array_equal(got, value) if isinstance(value, np.ndarray) else got == value
    assert getattr(got, "dtype", None) == getattr(value, "dtype", None)


def test_half_tensors_go_there_and_back(sandbox: Sandbox) -> None:
    """Half and bfloat16 tensors keep their dtype on both ways."""
    with opened(sandbox, "def same(x): return x\ndef name(x): return str(x.dtype)", Backend.TORCH) as candidate:
        for dtype in (torch.float16, torch.bfloat16):
            tensor = torch.tensor([1.5, -2.0], dtype=dtype)

            assert torch.equal(candidate.same(tensor), tensor)
            assert candidate.name(tensor) == str(dtype)


def test_a_test_builds_modules_whatever_the_submission_imports(sandbox: Sandbox) -> None:
    """`candidate.nn` is torch's, also where the submission does not import it or calls something else so."""
    for source in (
        "def count(m): return sum(p.numel() for p in m.parameters())",
        "nn = 3\ndef count(m): return len(m.bias) * 4",
    ):
        with opened(sandbox, source, Backend.TORCH) as candidate:
            assert candidate.count(candidate.nn.Linear(3, 2)) == 8
            assert candidate.count(candidate.torch.nn.Linear(3, 2)) == 8


def test_classes_keep_their_state(candidate: Any) -> None:
    """An object stays in the submission; methods, fitted attributes and class attributes are reached from the test."""
    scaler = candidate.Scaler(shift=1.0)
    fitted = scaler.fit(np.array([[1.0, 3.0], [3.0, 5.0]]))

    assert isinstance(scaler, RemoteObject)
    assert isinstance(fitted, RemoteObject)
    assert scaler.mean_.tolist() == [3.0, 5.0]
    assert fitted.transform(np.array([3.0, 5.0])).tolist() == [0.0, 0.0]
    assert candidate.Scaler.kind == "scaler"
    assert candidate.Scaler.zero().shift == 0.0
    scaler.shift = 2.0
    assert scaler(1.0) == 3.0


def test_special_methods_happen_in_the_submission(candidate: Any) -> None:
    """Length, items, membership and iteration of an object are asked of the object."""
    scaler = candidate.Scaler()
    scaler[4] = "four"

    assert len(scaler) == 3
    assert scaler[2] == 4
    assert 7 in scaler
    assert 8 not in scaler
    assert list(scaler) == [1, 2]
    assert scaler.seen == [(4, "four")]
    assert bool(scaler)
    assert repr(scaler) == "<remote Scaler>"


DUAL = """
class Dual:
    __array_ufunc__ = None
    def __init__(self, data): self.data = data
    def __add__(self, o): return Dual(("add", o.data if isinstance(o, Dual) else o))
    def __rsub__(self, o): return Dual(("rsub", o))
    def __rmatmul__(self, o): return Dual(("rmatmul", o.shape))
    def __pow__(self, o): return ("pow", o)
    def __neg__(self): return Dual("neg")
"""


def test_operators_work_in_the_worker(sandbox: Sandbox) -> None:
    """Arithmetic on an object calls the submission's operator, on whichever side the object stands."""
    with opened(sandbox, DUAL) as candidate:
        x, y = candidate.Dual(1), candidate.Dual(2)

        assert (x + y).data == ("add", 2)
        assert (x + 5.0).data == ("add", 5.0)
        assert (3 - x).data == ("rsub", 3)
        assert (np.ones((2, 4)) @ x).data == ("rmatmul", (2, 4))
        assert x**-2 == ("pow", -2)
        assert (-y).data == "neg"
        assert told(candidate, lambda: x * 2).startswith("raised: dual * 2 raised TypeError")
        assert told(candidate, lambda: 1 / y).startswith("raised: 1 / dual raised TypeError")


def test_attributes_that_raise_or_lack_are_told(candidate: Any) -> None:
    """A property that raises and an attribute that is missing fail the case by name."""
    scaler = candidate.Scaler()

    assert told(candidate, lambda: scaler.broken).startswith("raised: scaler.broken raised ValueError: no such luck")
    assert "AttributeError" in told(candidate, lambda: scaler.mean_)


def test_private_names_are_out_of_reach(candidate: Any) -> None:
    """A test cannot depend on a learner's private names, nor trip over Python's."""
    scaler = candidate.Scaler()
    for subject in (candidate, scaler, candidate.Scaler):
        with pytest.raises(AttributeError, match="is private"):
            subject._mean  # noqa: B018 - reading it is the test


def test_iterators_are_taken_one_at_a_time(candidate: Any) -> None:
    """Of an endless generator only what is asked for is computed; one that fails late gives its items first."""
    assert take(candidate.count(), 3) == [0, 1, 2]
    iterator = iter(candidate.fails_late())

    assert next(iterator) == 1
    assert told(candidate, lambda: next(iterator)).startswith("raised: ")
    assert take([1, 2], 5) == [1, 2]


def test_functions_of_the_test_are_called_back(candidate: Any) -> None:
    """A function passed as an argument runs in the test, also when it is called many times or returned wrapped."""
    calls: list[float] = []

    def square(x: float) -> float:
        calls.append(x)
        return x * x

    assert candidate.apply(square, 3.0) == 9.0
    assert candidate.apply_to_all(square, [1.0, 2.0]) == [1.0, 4.0]
    assert calls == [3.0, 1.0, 2.0]
    both = candidate.compose(square, square)
    assert both(2.0) == 16.0
    assert candidate.apply(lambda x: x.sum(), np.ones(3)) == 3.0


def test_functions_of_the_submission_can_be_passed_back(candidate: Any) -> None:
    """An entry point is an argument like any other; it is called where it lives."""
    assert candidate.apply(candidate.same, 5) == 5


def test_a_failing_function_of_the_test_is_the_tests_fault(candidate: Any) -> None:
    """An error in a callback reaches the test itself, whether the submission swallows it or not."""

    def fail(_: object) -> None:
        raise LookupError("the test is wrong")

    for entry in (candidate.apply, candidate.forget):
        with pytest.raises(LookupError, match="the test is wrong"):
            entry(fail, 1)
    assert candidate.same(1) == 1


def test_a_callback_cannot_call_the_submission(candidate: Any) -> None:
    """A conversation has one question at a time; a test that breaks this is told so."""
    with pytest.raises(TypeError, match="cannot call the submission"):
        candidate.apply(lambda x: candidate.same(x) + 1, 1)


def test_exposed_objects_offer_their_named_methods_only(candidate: Any) -> None:
    """An environment stays in the test; the submission steps through it and reaches nothing else of it."""
    walk = Walk()

    assert candidate.walk(expose(walk, "reset", "step")) == 2.5
    assert walk.steps == [1, 2, 3, 4, 5]
    for entry in (candidate.peek, candidate.dunder):
        assert "AttributeError" in told(candidate, lambda entry=entry: entry(expose(walk, "reset", "step")))  # type: ignore[misc]


def test_values_in_place_are_put_and_fetched(sandbox: Sandbox) -> None:
    """Data that an exercise changes in place stays in the submission between calls, as one object."""
    source = "def push(items, x): items.append(x)\ndef scale(w, a): w *= a\n"
    with opened(sandbox, source, mutates=("push", "scale")) as candidate:
        items, weights = put(candidate, [1]), put(candidate, np.ones(2))
        candidate.push(items, 2)
        candidate.push(items, 3)
        candidate.scale(weights, 3.0)

        assert fetch(items) == [1, 2, 3]
        assert fetch(weights).tolist() == [3.0, 3.0]
        assert len(items) == 3
        assert fetch(5) == 5


@pytest.mark.parametrize(
    ("body", "argument"),
    [
        ("x[0] = 9", np.array([1.0, 2.0])),
        ("x[0] = 9", np.arange(6.0).reshape(2, 3).T),
        ("x[0] = 9", np.arange(12.0)[::2]),
        ("x.sort()", [3, 1, 2]),
        ("x.append(1)", []),
        ("x['b'] = 1", {"a": 1}),
        ("x['a'].append(1)", {"a": [1]}),
        ("x[0][0] = 9", [np.zeros(2)]),
        ("x.add(3)", {1, 2}),
        ("x[1] = True", [0, 1]),
        ("x[0] = -0.0 + 1e-300", np.zeros(2)),
    ],
)
def test_changed_arguments_are_noticed(sandbox: Sandbox, body: str, argument: Any) -> None:
    """Changing an array, a view of one, a list, a dict or anything inside them fails a case of the fine print."""
    with opened(sandbox, f"def change(x):\n    {body}\n    return 1\n", strict=True) as candidate:
        message = told(candidate, lambda: candidate.change(argument))

        assert message.startswith("wrong: change(")
        assert message.endswith(" modified an argument; arguments stay as they are.")


def test_core_does_not_ask_what_became_of_its_arguments(sandbox: Sandbox) -> None:
    """Right code that works in place is right in core; the test's own array stays what it was."""
    with opened(sandbox, "def relu(x):\n    x[x < 0] = 0\n    return x\n") as candidate:
        x = np.array([-1.0, 2.0])

        assert candidate.relu(x).tolist() == [0.0, 2.0]
        assert x.tolist() == [-1.0, 2.0]


@pytest.mark.parametrize(
    "argument",
    [
        np.array([1.0, np.nan]),
        np.arange(6.0).reshape(2, 3).T,
        np.arange(12.0)[::2],
        [3, float("nan"), {"a": (np.ones(2), None)}],
        {1, 2, 3},
        [np.array([[1, 2]], dtype=">i4")[:, ::-1]],
        {"f": len, "x": [1]},
        np.array(["a", "bc"]),
        np.array([[1], None], dtype=object),
        [10**30, 1 + 2j, slice(1, 2), range(3), ..., b"x", np.dtype("f4")],
    ],
    ids=lambda value: str(value)[:20],
)
def test_untouched_arguments_are_no_matter(candidate: Any, argument: Any) -> None:
    """Reading an argument never counts as changing it, whatever its layout, NaN and functions included."""
    candidate.describe(argument)


def test_changes_are_allowed_where_the_exercise_says_so(sandbox: Sandbox) -> None:
    """An entry point listed under `mutates` may change its arguments, and so may the methods of a class listed there."""
    source = "def change(x): x[0] = 9\nclass Optimizer:\n    def step(self, x): x[0] = 9\n"
    with opened(sandbox, source, mutates=("change", "Optimizer")) as candidate:
        candidate.change(np.zeros(2))
        candidate.Optimizer().step(np.zeros(2))


def test_prints_are_kept_for_the_case(candidate: Any, sandbox: Sandbox) -> None:
    """What is printed during a case is read by the test and forgotten with the case."""
    with opened(sandbox, "print('loading')\ndef f():\n    print('one', end='')\n    print(' two')\n") as subject:
        subject.f()
        assert printed(subject) == "loading\none two\n"
        session_of(subject).begin_case()
        subject.f()
        assert printed(subject) == "one two\n"


@pytest.mark.parametrize("calls", [2, 3])
def test_too_many_prints_are_cut_and_the_cut_is_told(sandbox: Sandbox, calls: int) -> None:
    """Of what all calls of a case print, the beginning is kept, with one line that says so."""
    source = "def f():\n    for i in range(250): print(i)\n"
    with opened(sandbox, source, limits=Limits(call_s=10.0, output_kb=1)) as candidate:
        for _ in range(calls):
            candidate.f()
        text = printed(candidate)

    assert text.startswith("0\n1\n2\n")
    assert text.endswith("\n[cut after 1 KiB]")
    assert text.count("[cut") == 1
    assert len(text) < 1100


def test_prints_that_fit_exactly_are_not_cut(sandbox: Sandbox) -> None:
    """A print of exactly the cap is whole, and says nothing of a cut."""
    with opened(sandbox, "import sys\ndef f(): sys.stdout.write('x' * 1024)", limits=Limits(output_kb=1)) as candidate:
        candidate.f()

        assert printed(candidate) == "x" * 1024


@pytest.mark.parametrize(
    "source", ["def f():\n    raise NotImplementedError\n", "def f():\n    raise NotImplementedError('todo')\n"]
)
def test_a_stub_is_not_started(sandbox: Sandbox, source: str) -> None:
    """The stub's NotImplementedError is no mistake."""
    with opened(sandbox, source) as candidate:
        assert told(candidate, candidate.f) == "not_started: f() is not written yet."


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def g(): pass\n", "invalid: The submission does not define f."),
        ("def f(:\n", "invalid: The file is not Python: invalid syntax (attempt.py line 1: def f(:)."),
        ("x = 1\nraise ValueError('early')\n", "raised: attempt.py cannot be imported: it raised ValueError: early (attempt.py line 2: raise ValueError('early'))."),
        ("def f():\n    return [].pop()\n", "raised: f() raised IndexError: pop from empty list (attempt.py line 2: return [].pop())."),
        ("import numpy as np\ndef f(): return np.float64(1) / np.float64(0)\n", "raised: f() raised RuntimeWarning: divide by zero"),
        ("f = 5\n", "raised: f() raised TypeError: 'int' object is not callable."),
        ("def f(): return bytearray(10**12)\n", "out_of_memory: f() ran out of memory (attempt.py line 1"),
        ("def f():\n    a = []\n    a.append(a)\n    return a\n", "wrong: f() gave a value that is nested too deep to compare."),
        ("import os\ndef f(): os.kill(os.getpid(), 11)\n", "crashed: f() ended the process: killed by SIGSEGV."),
    ],
    ids=["missing", "syntax", "import", "raises", "warns", "no function", "memory", "nested", "segfault"],
)  # fmt: skip
def test_failures_say_what_happened_and_where(sandbox: Sandbox, source: str, message: str) -> None:
    """The call, the error and the line of the learner's own file are told."""
    with opened(sandbox, source, strict=True) as candidate:
        assert told(candidate, candidate.f).startswith(message)


def test_warnings_are_no_errors_in_core(sandbox: Sandbox) -> None:
    """Where a case is not strict, a division by zero gives infinity."""
    source = "import numpy as np\ndef f(): return float(np.float64(1) / np.float64(0))\n"
    with opened(sandbox, source) as candidate:
        assert candidate.f() == float("inf")


def test_a_broken_worker_fails_the_rest_of_the_case_only(sandbox: Sandbox) -> None:
    """After a crash the case is over, objects of the dead process are gone, and the next case starts afresh."""
    source = "import os\nstate = []\ndef add():\n    state.append(1)\n    return len(state)\ndef die(): os._exit(3)\ndef thing(): return os\n"
    with opened(sandbox, source) as candidate:
        thing = candidate.thing()
        candidate.add()
        for ask in (candidate.die, candidate.add):
            assert told(candidate, ask) == "crashed: die() ended the process: exit status 3."
        session_of(candidate).begin_case()

        assert candidate.add() == 1
        assert "gone with the process" in told(candidate, lambda: thing.sep)


def test_state_lives_on_between_cases(sandbox: Sandbox) -> None:
    """A worker that did nothing wrong serves the next case too."""
    with opened(sandbox, "state = []\ndef add():\n    state.append(1)\n    return len(state)\n") as candidate:
        candidate.add()
        session_of(candidate).begin_case()

        assert candidate.add() == 2


def test_objects_that_no_test_holds_are_freed(sandbox: Sandbox) -> None:
    """A test that makes thousands of objects does not fill the submission's memory."""
    source = "import weakref\nliving = weakref.WeakSet()\nclass A:\n    def __init__(self): living.add(self)\ndef count(): return len(living)\n"
    with opened(sandbox, source) as candidate:
        for _ in range(300):
            candidate.A()
        gc.collect()

        assert candidate.count() < 100  # the last calls are remembered for messages


def test_values_that_cannot_cross_are_the_tests_fault(candidate: Any) -> None:
    """Passing an object that is neither plain data nor exposed is an error in the test."""
    with pytest.raises(TypeError, match="use plain data or expose"):
        candidate.same(Walk())


def test_names_that_look_like_results_do_no_harm(sandbox: Sandbox) -> None:
    """An exception called Skipped is text in a message and skips nothing."""
    source = "class Skipped(BaseException): pass\ndef f(): raise Skipped('\\x1b[31mred')\n"
    with opened(sandbox, source) as candidate, pytest.raises(SubmissionFailed) as failure:
        candidate.f()

    assert failure.value.verdict is Verdict.RAISED
    assert failure.value.raised == ("Skipped", "BaseException")


def test_expected_exceptions_are_accepted(sandbox: Sandbox) -> None:
    """The exception named, or one derived from it, passes; a result, or another exception, is told."""
    source = (
        "class Own(ValueError): pass\n"
        "def f(kind):\n"
        "    if kind == 'own': raise Own('mine')\n"
        "    if kind == 'key': raise KeyError('k')\n"
        "    if kind == 'todo': raise NotImplementedError\n"
        "    return 1\n"
    )
    with opened(sandbox, source) as candidate:

        def expect(kind: str, *errors: type[BaseException]) -> None:
            with assert_raises(*errors):
                candidate.f(kind)

        expect("own", ValueError)
        expect("key", ValueError, LookupError)

        assert (
            told(candidate, lambda: expect("none", ValueError))
            == "wrong: f('none') gave a result; expected ValueError."
        )
        assert told(candidate, lambda: expect("key", ValueError, TypeError)).startswith(
            "wrong: f('key') raised KeyError: 'k' (attempt.py line 4: if kind == 'key': raise KeyError('k')); "
            "expected ValueError or TypeError."
        )
        assert told(candidate, lambda: expect("todo", ValueError)) == "not_started: f('todo') is not written yet."


def test_an_expected_exception_does_not_excuse_a_crash(sandbox: Sandbox) -> None:
    """Ending the process is no way to raise."""
    with opened(sandbox, "import os\ndef f(): os._exit(0)\n") as candidate:

        def expect() -> None:
            with assert_raises(SystemExit, BaseException):
                candidate.f()

        assert told(candidate, expect).startswith("crashed: ")


def test_a_set_that_only_travelled_is_not_modified(sandbox: Sandbox) -> None:
    """Sets of any size and origin come and go without being taken for changed; adding a member is noticed."""
    source = "def count(s):\n    return len(s)\n\n\ndef add(s):\n    s.add('new')\n"
    grown = set()
    for word in ("b", "a", "q", "zz", *map(str, range(40))):
        grown.add(word)
    with opened(sandbox, source, strict=True) as candidate:
        for values in (grown, {3, 1, 2}, {1.5, "x", b"y", None, True}, {*range(1000, 0, -7)}, frozenset("hello")):
            assert candidate.count(values) == len(values)
        assert "modified an argument" in told(candidate, lambda: candidate.add({"old"}))


def test_a_named_tuple_comes_back_as_what_it_was(sandbox: Sandbox) -> None:
    """A test sees a plain tuple; given back, it is the submission's own named tuple, also after other calls."""
    source = (
        "from typing import NamedTuple\n"
        "class Cache(NamedTuple):\n    width: int\n    rest: tuple = ()\n"
        "def forward(n): return n + 1, Cache(n)\n"
        "def backward(cache): return cache.width\n"
        "def kind(value): return type(value).__name__\n"
    )
    with opened(sandbox, source) as candidate:
        value, cache = candidate.forward(7)
        _, other = candidate.forward(8)

        assert (value, cache, type(cache)) == (8, (7, ()), tuple)
        assert [candidate.backward(cache), candidate.backward(other), candidate.backward(cache)] == [7, 8, 7]
        assert candidate.kind([cache]) == "list"
        assert [candidate.kind(cache), candidate.kind((7, ())), candidate.kind(())] == ["Cache", "tuple", "tuple"]


def test_a_handle_ends_with_its_case(sandbox: Sandbox) -> None:
    """In the next case the same tuple is plain data, so no case holds memory for another."""
    source = (
        "from typing import NamedTuple\nclass Pair(NamedTuple):\n    a: int\n    b: int\n"
        "def pair(): return Pair(1, 2)\ndef kind(value): return type(value).__name__\n"
    )
    with opened(sandbox, source) as candidate:
        pair = candidate.pair()
        before = candidate.kind(pair)
        session_of(candidate.kind).begin_case()

        assert [before, candidate.kind(pair)] == ["Pair", "tuple"]
