"""Hidden tests of sql_analytics."""

import statistics
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_equal, assert_that, speed

SCHEMA = """
CREATE TABLE events(id INTEGER PRIMARY KEY, user_id INTEGER, ts TEXT, kind TEXT, latency_ms INTEGER);
CREATE TABLE orders(id INTEGER PRIMARY KEY, user_id INTEGER, ts TEXT, category TEXT, amount INTEGER);
CREATE TABLE exposures(user_id INTEGER, ts TEXT, arm TEXT);
CREATE INDEX e ON events(user_id, ts); CREATE INDEX o ON orders(user_id, ts); CREATE INDEX x ON exposures(user_id, ts);
"""
NAMES = ("latest_per_user", "top_spenders", "daily_running_total", "conversion_by_arm", "median_latency")
SEEDS = st.integers(0, 2**32 - 1)


def script(**tables):
    """Statements that create all tables and fill some."""
    text = SCHEMA
    for name, rows in tables.items():
        for row in rows:
            values = ", ".join("NULL" if v is None else repr(v) for v in row)
            text += f"INSERT INTO {name} VALUES ({values});\n"
    return text


def ask(candidate, name, **tables):
    """The rows that a query gives, as lists."""
    rows = candidate.connect(script(**tables)).execute(getattr(candidate, name)()).fetchall()
    return [list(row) for row in rows]


def check_figures(got, expected):
    """Check names exactly and figures closely."""
    assert_equal([row[0] for row in got], [row[0] for row in expected])
    assert_close([row[1:] for row in got], [row[1:] for row in expected])


def at(day, second=0):
    """A time of May or June 2024, as text."""
    return f"{date(2024, 5, 1) + timedelta(days=day)} {second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"


def times(rng, n, days=9):
    """Times without repeats, in no order."""
    return [at(*divmod(int(s), 86400)) for s in rng.choice(days * 86400, size=n, replace=False)]


def draw_events(rng, n):
    """Random events of five users."""
    return [
        (i + 1, int(rng.integers(5)), ts, str(rng.choice(["buy", "click", "view"])), int(rng.integers(9)))
        for i, ts in enumerate(times(rng, n))
    ]


def draw_orders(rng, n, users=7):
    """Random orders; every total of a user is another one."""
    return [
        (i + 1, int(rng.integers(users)), ts, str(rng.choice(["a", "b"])), 2**i) for i, ts in enumerate(times(rng, n))
    ]


def test_latest_by_hand(candidate):
    """The last event is the one with the greatest time, not the one inserted last."""
    rows = [(1, 3, at(2), "buy", 1), (2, 3, at(1), "view", 2), (3, 1, at(0), "click", 3), (4, 1, at(0, 9), "view", 4)]
    assert_equal(ask(candidate, "latest_per_user", events=rows), [[1, at(0, 9), "view"], [3, at(2), "buy"]])


@given(n=st.integers(1, 20), seed=SEEDS)
def test_latest_of_random_events(candidate, n, seed):
    """Every user has one row, the latest."""
    events = draw_events(np.random.default_rng(seed), n)
    last = {row[1]: row for row in sorted(events, key=lambda row: row[2])}
    assert_equal(ask(candidate, "latest_per_user", events=events), [[u, last[u][2], last[u][3]] for u in sorted(last)])


def test_top_spenders_by_hand(candidate):
    """Amounts of a user are added up before users are compared, category by category."""
    rows = [(1, 1, at(0), "toys", 5), (2, 2, at(0), "toys", 7), (3, 1, at(1), "toys", 4), (4, 1, at(1), "books", 1)]
    rows += [(5, 3, at(2), "toys", 8), (6, 4, at(3), "toys", 6), (7, 4, at(3), "books", 3)]
    expected = [["books", 4, 3], ["books", 1, 1], ["toys", 1, 9], ["toys", 3, 8], ["toys", 2, 7]]
    assert_equal(ask(candidate, "top_spenders", orders=rows), expected)


@given(n=st.integers(1, 20), seed=SEEDS)
def test_top_spenders_of_random_orders(candidate, n, seed):
    """Three users for every category that has so many."""
    orders, expected = draw_orders(np.random.default_rng(seed), n), []
    for category in sorted({row[3] for row in orders}):
        totals = {}
        for _, user, _, _, amount in (row for row in orders if row[3] == category):
            totals[user] = totals.get(user, 0) + amount
        expected += [[category, user, totals[user]] for user in sorted(totals, key=totals.get, reverse=True)[:3]]
    assert_equal(ask(candidate, "top_spenders", orders=orders), expected)


def test_running_total_by_hand(candidate):
    """Days between the first and the last are there, also at the end of a month, and the total runs on."""
    rows = [(1, 1, at(32, 5), "a", 3), (2, 1, at(29, 86399), "a", 4), (3, 2, at(32), "a", 1), (4, 1, at(29), "a", 2)]
    expected = [["2024-05-30", 6, 6], ["2024-05-31", 0, 6], ["2024-06-01", 0, 6], ["2024-06-02", 4, 10]]
    assert_equal(ask(candidate, "daily_running_total", orders=rows), expected)


@given(n=st.integers(1, 12), seed=SEEDS)
def test_running_total_of_random_orders(candidate, n, seed):
    """Every day has its sum and the sum so far."""
    orders, expected, running = draw_orders(np.random.default_rng(seed), n), [], 0
    days = [int((date.fromisoformat(row[2][:10]) - date(2024, 5, 1)).days) for row in orders]
    for day in range(min(days), max(days) + 1):
        total = sum(row[4] for row, d in zip(orders, days, strict=True) if d == day)
        running += total
        expected.append([at(day)[:10], total, running])
    assert_equal(ask(candidate, "daily_running_total", orders=orders), expected)


def test_conversion_by_hand(candidate):
    """Rates are fractions of all users who saw the arm, each counted once, with orders or without."""
    exposures = [(1, at(1), "a"), (2, at(1), "a"), (1, at(2), "a"), (3, at(1), "b"), (4, at(1), "a")]
    orders = [(1, 1, at(3), "x", 1), (2, 1, at(4), "y", 1), (3, 9, at(4), "x", 1)]
    got = ask(candidate, "conversion_by_arm", exposures=exposures, orders=orders)
    check_figures(got, [["a", 3, 1 / 3], ["b", 1, 0.0]])


def test_conversion_counts_from_the_first_exposure(candidate):
    """An order before the first exposure doesn't count; one between two exposures does."""
    exposures = [(1, at(2), "a"), (1, at(5), "a"), (2, at(2), "a"), (2, at(1), "a")]
    orders = [(1, 1, at(3), "x", 1), (2, 2, at(0), "x", 1)]
    check_figures(ask(candidate, "conversion_by_arm", exposures=exposures, orders=orders), [["a", 2, 0.5]])


@given(n=st.integers(1, 15), seed=SEEDS)
def test_conversion_of_random_users(candidate, n, seed):
    """Random exposures and orders give the rates of a loop over users."""
    rng = np.random.default_rng(seed)
    exposures = [(int(u), ts, "ab"[u % 2]) for u, ts in zip(rng.integers(8, size=n), times(rng, n), strict=True)]
    orders = [(row[0], row[1], row[2][:-2] + "60", *row[3:]) for row in draw_orders(rng, n, 8)]
    expected = []
    for arm in sorted({row[2] for row in exposures}):
        users = {row[0] for row in exposures if row[2] == arm}
        first = {u: min(row[1] for row in exposures if row[0] == u) for u in users}
        hits = sum(any(row[1] == u and row[2] > first[u] for row in orders) for u in users)
        expected.append([arm, len(users), hits / len(users)])
    check_figures(ask(candidate, "conversion_by_arm", exposures=exposures, orders=orders), expected)


def test_median_by_hand(candidate):
    """Odd and even numbers of rows, each kind by itself."""
    values = {"a": [5, 1, 9], "b": [4, 1, 2, 8], "c": [7], "d": [3, 3, 3, 100, 3, 1]}
    rows = [(None, 1, at(0), kind, v) for kind, part in values.items() for v in part]
    check_figures(ask(candidate, "median_latency", events=rows), [["a", 5], ["b", 3], ["c", 7], ["d", 3]])


@given(n=st.integers(1, 20), seed=SEEDS)
def test_median_ignores_nulls(candidate, n, seed):
    """Rows without a latency count neither in the order nor in the number."""
    events = draw_events(np.random.default_rng(seed), n)
    groups = {}
    for row in events:
        groups.setdefault(row[3], []).append(row[4])
    rows = events + [(None, 1, at(0), kind, None) for kind in groups for _ in range(3)]
    expected = [[kind, statistics.median(groups[kind])] for kind in sorted(groups)]
    check_figures(ask(candidate, "median_latency", events=rows), expected)


@pytest.mark.fine
def test_ties_of_time(candidate):
    """Of two events at the same time the one with the greater id is later."""
    rows = [(5, 1, at(1), "b", 1), (9, 1, at(1), "a", 1), (7, 1, at(1), "c", 1)]
    assert_equal(ask(candidate, "latest_per_user", events=rows), [[1, at(1), "a"]])


@pytest.mark.fine
def test_ties_of_totals(candidate):
    """Of equal totals the smaller user_id comes first, and only three are returned."""
    rows = [(i, user, at(0), "a", 5) for i, user in enumerate((4, 2, 9, 1, 7))]
    assert_equal(ask(candidate, "top_spenders", orders=rows), [["a", 1, 5], ["a", 2, 5], ["a", 4, 5]])


@pytest.mark.fine
def test_order_at_the_time_of_exposure(candidate):
    """After means strictly after."""
    got = ask(candidate, "conversion_by_arm", exposures=[(1, at(1), "a")], orders=[(1, 1, at(1), "x", 1)])
    check_figures(got, [["a", 1, 0.0]])


@pytest.mark.fine
def test_nothing_there(candidate):
    """Empty tables give no rows, and so do latencies that are all NULL."""
    for name in NAMES:
        assert_equal(ask(candidate, name), [])
    assert_equal(ask(candidate, "median_latency", events=[(1, 1, at(1), "a", None)]), [])


@pytest.mark.fine
def test_each_is_one_statement(candidate):
    """Every function returns the text of one SELECT statement, with a common table expression or without."""
    for name in NAMES:
        text = getattr(candidate, name)().strip().rstrip(";").upper()
        assert_that(text.startswith(("SELECT", "WITH")) and ";" not in text, f"{name} gives more than a SELECT", text)


@pytest.mark.scale
def test_queries_are_quick(candidate, reference, rng):
    """Thousands of rows need no pass over a table for each row or day."""

    def prepare(subject, rng):
        n, users = 3000, 600
        who, when = rng.integers(users, size=n).tolist(), times(rng, n, days=300)
        rows = [(i, u, ts, "x", 1) for i, (u, ts) in enumerate(zip(who, when, strict=True))]
        exposures = [(u, at(30), "ab"[u % 2]) for u in range(users)]
        db = subject.connect(script(events=rows, orders=rows, exposures=exposures))
        texts = [getattr(subject, name)() for name in ("latest_per_user", "daily_running_total", "conversion_by_arm")]
        return lambda: [list(row) for sql in texts for row in db.execute(sql).fetchall()]

    speed(candidate, reference, prepare, rng, limit=8, check=assert_equal)
