"""SQL as older books write it: joins with grouped subqueries instead of windows, where that is possible."""

import sqlite3


def connect(script):
    """As given."""
    db = sqlite3.connect(":memory:")
    db.executescript(script)
    return db


def latest_per_user():
    """Join with the greatest time."""
    return """SELECT e.user_id, e.ts, e.kind FROM events e
              JOIN (SELECT user_id, MAX(ts) AS ts FROM events GROUP BY user_id) m ON m.user_id = e.user_id AND m.ts = e.ts
              ORDER BY e.user_id"""


def top_spenders():
    """Rank the totals."""
    return """SELECT category, user_id, total FROM (
                SELECT category, user_id, SUM(amount) AS total,
                       RANK() OVER (PARTITION BY category ORDER BY SUM(amount) DESC) AS r
                FROM orders GROUP BY category, user_id)
              WHERE r <= 3 ORDER BY category, total DESC"""


def daily_running_total():
    """A calendar and two sums for each day."""
    return """WITH RECURSIVE cal(d) AS (SELECT date(MIN(ts)) FROM orders
                UNION ALL SELECT date(d, '+1 day') FROM cal WHERE d < (SELECT date(MAX(ts)) FROM orders))
              SELECT d, (SELECT IFNULL(SUM(amount), 0) FROM orders WHERE date(ts) = d),
                     (SELECT IFNULL(SUM(amount), 0) FROM orders WHERE date(ts) <= d)
              FROM cal ORDER BY d"""


def conversion_by_arm():
    """Left join and two distinct counts."""
    return """SELECT f.arm, COUNT(DISTINCT f.user_id), 1.0 * COUNT(DISTINCT o.user_id) / COUNT(DISTINCT f.user_id)
              FROM (SELECT user_id, arm, MIN(ts) AS first_ts FROM exposures GROUP BY user_id, arm) f
              LEFT JOIN orders o ON o.user_id = f.user_id AND o.ts >= f.first_ts
              GROUP BY f.arm ORDER BY f.arm"""


def median_latency():
    """Number the rows from both ends."""
    return """SELECT kind, AVG(latency_ms) FROM (
                SELECT kind, latency_ms, ROW_NUMBER() OVER (PARTITION BY kind ORDER BY latency_ms, id) AS up,
                       ROW_NUMBER() OVER (PARTITION BY kind ORDER BY latency_ms DESC, id DESC) AS down
                FROM events WHERE latency_ms IS NOT NULL)
              WHERE up IN (down, down + 1, down - 1) GROUP BY kind ORDER BY kind"""
