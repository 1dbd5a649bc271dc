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
    db = sqlite3.connect(":memory:")
    db.executescript(script)
    return db


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
    return """
        WITH numbered AS (
            SELECT user_id, ts, kind,
                   ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY ts DESC, id DESC) AS place
            FROM events)
        SELECT user_id, ts, kind FROM numbered WHERE place = 1 ORDER BY user_id"""


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
    return """
        WITH totals AS (
            SELECT category, user_id, SUM(amount) AS total FROM orders GROUP BY category, user_id),
        numbered AS (
            SELECT category, user_id, total,
                   ROW_NUMBER() OVER (PARTITION BY category ORDER BY total DESC, user_id) AS place
            FROM totals)
        SELECT category, user_id, total FROM numbered WHERE place <= 3 ORDER BY category, place"""


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
    # Summed by day before the join, which then sees one row a day.
    return """
        WITH RECURSIVE sums AS (
            SELECT date(ts) AS day, SUM(amount) AS total FROM orders GROUP BY date(ts)),
        days(day, last) AS (
            SELECT MIN(day), MAX(day) FROM sums HAVING COUNT(*) > 0
            UNION ALL
            SELECT date(day, '+1 day'), last FROM days WHERE day < last)
        SELECT days.day, COALESCE(sums.total, 0) AS total,
               SUM(COALESCE(sums.total, 0)) OVER (ORDER BY days.day) AS running
        FROM days LEFT JOIN sums ON sums.day = days.day
        ORDER BY days.day"""


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
    return """
        WITH firsts AS (
            SELECT user_id, arm, MIN(ts) AS ts FROM exposures GROUP BY user_id, arm)
        SELECT arm, COUNT(*) AS users,
               AVG(EXISTS (SELECT 1 FROM orders
                           WHERE orders.user_id = firsts.user_id AND orders.ts > firsts.ts)) AS rate
        FROM firsts GROUP BY arm ORDER BY arm"""


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
    # With an odd n both places are the middle one.
    return """
        WITH numbered AS (
            SELECT kind, latency_ms,
                   ROW_NUMBER() OVER (PARTITION BY kind ORDER BY latency_ms) AS place,
                   COUNT(*) OVER (PARTITION BY kind) AS n
            FROM events WHERE latency_ms IS NOT NULL)
        SELECT kind, AVG(latency_ms) AS median FROM numbered
        WHERE place IN ((n + 1) / 2, (n + 2) / 2) GROUP BY kind ORDER BY kind"""
