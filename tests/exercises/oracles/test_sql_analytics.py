"""The reference of sql_analytics against Arrow and NumPy."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from tests.support.references import References


@pytest.mark.parametrize("seed", range(10))
def test_agrees_with_arrow(reference: References, seed: int) -> None:
    """Every query gives what Arrow's groups and NumPy compute from the same random tables."""
    solution, rng, n = reference("sql_analytics"), np.random.default_rng(seed), 300
    seconds = rng.choice(40 * 86400, size=n, replace=False)
    stamps = np.datetime64("2023-12-20T00:00:00") + seconds.astype("timedelta64[s]")
    ts = np.char.replace(stamps.astype(str), "T", " ")
    who, buyers = rng.integers(0, 40, size=n), rng.integers(0, 80, size=n)
    latency = [None if rng.random() < 0.2 else int(v) for v in rng.integers(0, 50, size=n)]
    kind, category = rng.choice(list("abc"), size=n), rng.choice(list("xyz"), size=n)
    amount, arm = rng.integers(1, 10**6, size=n), np.where(who % 3 == 0, "new", "old")
    db = solution.connect("""CREATE TABLE events(id INTEGER PRIMARY KEY, user_id, ts, kind, latency_ms);
        CREATE TABLE orders(id INTEGER PRIMARY KEY, user_id, ts, category, amount);
        CREATE TABLE exposures(user_id, ts, arm)""")
    columns = {"events": (who, ts, kind), "orders": (buyers, ts, category, amount), "exposures": (who, ts, arm)}
    rows = {name: list(zip(*(c.tolist() for c in part), strict=True)) for name, part in columns.items()}
    rows["events"] = [(*row, ms) for row, ms in zip(rows["events"], latency, strict=True)]
    for name, part in rows.items():
        places = ", ".join("?" * len(part[0]))
        db.executemany(f"INSERT INTO {name} VALUES ({'' if name == 'exposures' else 'NULL, '}{places})", part)

    def got(name: str) -> list[list[object]]:
        return [list(row) for row in db.execute(getattr(solution, name)()).fetchall()]

    last = [max(np.flatnonzero(who == u), key=seconds.__getitem__) for u in np.unique(who)]
    assert got("latest_per_user") == [[int(who[i]), str(ts[i]), str(kind[i])] for i in last]
    orders = pa.table({"category": category, "user_id": buyers, "amount": amount})
    totals = orders.group_by(["category", "user_id"]).aggregate([("amount", "sum")])
    totals = totals.sort_by([("category", "ascending"), ("amount_sum", "descending")]).to_pylist()
    top = [t for c in "xyz" for t in [t for t in totals if t["category"] == c][:3]]
    assert got("top_spenders") == [[t["category"], t["user_id"], t["amount_sum"]] for t in top]
    day = seconds // 86400
    daily = np.bincount(day, weights=amount).astype(int)[day.min() :]
    names = np.arange(stamps.min().astype("datetime64[D]"), stamps.max().astype("datetime64[D]") + 1).astype(str)
    assert got("daily_running_total") == [list(r) for r in zip(names, daily, np.cumsum(daily), strict=True)]
    rates = []
    for a in ("new", "old"):
        users = np.unique(who[arm == a])
        hits = [bool((seconds[buyers == u] > seconds[who == u].min()).any()) for u in users]
        rates.append([a, len(users), pytest.approx(np.mean(hits))])
    assert got("conversion_by_arm") == rates
    values = np.array([np.nan if v is None else v for v in latency])
    assert got("median_latency") == [[k, np.nanmedian(values[kind == k])] for k in "abc"]
