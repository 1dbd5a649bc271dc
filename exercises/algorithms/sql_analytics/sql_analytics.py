"""Five analytics queries for SQLite."""

from __future__ import annotations

import sqlite3


def connect(script: str) -> sqlite3.Connection:
    """Open a database in memory and fill it.

    Parameters
    ----------
    script : str
        SQL statements that create and fill tables.

    Returns
    -------
    sqlite3.Connection
        The database.

    Examples
    --------
    >>> connect("CREATE TABLE t(x); INSERT INTO t VALUES (1), (2)").execute("SELECT SUM(x) FROM t").fetchall()
    [(3,)]
    """
    raise NotImplementedError


def latest_per_user() -> str:
    """Query the last event of each user.

    Returns
    -------
    str
        A statement with the columns user_id, ts and kind.

    Examples
    --------
    >>> db = connect("CREATE TABLE events(id, user_id, ts, kind); INSERT INTO events VALUES (1, 7, '2024-05-01', 'view')")
    >>> db.execute(latest_per_user()).fetchall()
    [(7, '2024-05-01', 'view')]
    """
    raise NotImplementedError


def top_spenders() -> str:
    """Query the three users who spent most in each category.

    Returns
    -------
    str
        A statement with the columns category, user_id and total.

    Examples
    --------
    >>> db = connect("CREATE TABLE orders(user_id, category, amount); INSERT INTO orders VALUES (7, 'a', 1), (7, 'a', 2)")
    >>> db.execute(top_spenders()).fetchall()
    [('a', 7, 3)]
    """
    raise NotImplementedError


def daily_running_total() -> str:
    """Query the sum of amounts of each day, and of all days up to it.

    Returns
    -------
    str
        A statement with the columns day, total and running.

    Examples
    --------
    >>> db = connect("CREATE TABLE orders(ts, amount); INSERT INTO orders VALUES ('2024-05-01', 1), ('2024-05-03', 2)")
    >>> db.execute(daily_running_total()).fetchall()
    [('2024-05-01', 1, 1), ('2024-05-02', 0, 1), ('2024-05-03', 2, 3)]
    """
    raise NotImplementedError


def conversion_by_arm() -> str:
    """Query how many users saw each arm, and which share of them ordered afterwards.

    Returns
    -------
    str
        A statement with the columns arm, users and rate.

    Examples
    --------
    >>> db = connect("CREATE TABLE orders(user_id, ts); CREATE TABLE exposures(user_id, ts, arm);")
    >>> _ = db.execute("INSERT INTO exposures VALUES (1, '2024-05-01', 'a'), (2, '2024-05-01', 'a')")
    >>> _ = db.execute("INSERT INTO orders VALUES (1, '2024-05-02')")
    >>> db.execute(conversion_by_arm()).fetchall()
    [('a', 2, 0.5)]
    """
    raise NotImplementedError


def median_latency() -> str:
    """Query the median latency of each kind of event.

    Returns
    -------
    str
        A statement with the columns kind and median.

    Examples
    --------
    >>> db = connect("CREATE TABLE events(kind, latency_ms); INSERT INTO events VALUES ('a', 1), ('a', 4)")
    >>> db.execute(median_latency()).fetchall()
    [('a', 2.5)]
    """
    raise NotImplementedError
