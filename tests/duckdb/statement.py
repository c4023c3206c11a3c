"""Runs a statement over a view `events` whose columns are all text, and prints its rows
as JSON: lists of texts, the empty one for null.

Usage: statement.py STATEMENT HISTORY

STATEMENT is a file with what `voucher-etl-cluster run --print-sql` prints.
"""

import json
import sys
from pathlib import Path

import duckdb


def main() -> None:
    statement, history = sys.argv[1:]
    connection = duckdb.connect()
    view = f"CREATE VIEW events AS SELECT COLUMNS(*)::VARCHAR FROM read_parquet({quoted(history)})"
    connection.execute(view)
    result = connection.execute(Path(statement).read_text(encoding="utf-8"))
    json.dump([["" if cell is None else str(cell) for cell in row] for row in result.fetchall()], sys.stdout)


def quoted(text: str) -> str:
    """Returns text as a literal: a view takes no parameters."""
    return "'" + text.replace("'", "''") + "'"


main()
