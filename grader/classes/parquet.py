"""Results as Parquet, for whoever reads 10⁵ of them."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from grader.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_ROWS: Final = 10_000  # that are in memory at a time
_COLUMNS: Final = {
    "number": "int64",
    "exercise": "string",
    "verdict": "string",
    "level": "string",
    "points": "float64",
    "max_points": "float64",
    "share": "float64",
    "duration_s": "float64",
    "cpu_s": "float64",
    "peak_memory_mb": "float64",
    "seed": "int64",
    "content_hash": "string",
    "submission_hash": "string",
    "message": "string",
    "problem": "string",
}


def write_parquet(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write results as Parquet: a column for each figure, and the free fields as JSON in `fields`.

    Parameters
    ----------
    path : Path
        Written anew.
    rows : iterable of dict
        As they stand in the results.

    Raises
    ------
    UsageError
        When pyarrow is missing, or the file cannot be written.
    """
    try:
        import pyarrow as pa  # type: ignore[import-untyped]
        import pyarrow.parquet as pq  # type: ignore[import-untyped]
    except ImportError:
        raise UsageError("Parquet needs pyarrow.", "Install it: pip install 'mlkata[cluster]'.") from None
    types = {"int64": pa.int64(), "float64": pa.float64(), "string": pa.string()}
    columns = [
        ("task_id", pa.string()),
        *((name, types[kind]) for name, kind in _COLUMNS.items()),
        ("fields", pa.string()),
    ]
    schema = pa.schema(columns)
    source = iter(rows)
    try:
        with pq.ParquetWriter(path, schema) as writer:
            while block := list(islice(source, _ROWS)):
                writer.write_table(pa.Table.from_pylist([_flat(row) for row in block], schema=schema))
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error}).", "Name another file.") from None


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    free = {key: value for key, value in row.items() if key not in {"task_id", "result"}}
    return {"task_id": row["task_id"], "fields": json.dumps(free)} | {
        name: row["result"].get(name) for name in _COLUMNS
    }
