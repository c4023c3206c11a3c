"""Runs a statement over a view `events` whose columns are all text, and prints its rows as CSV.

Usage: statement.py STATEMENT HISTORY

STATEMENT is a file with what `voucher-etl-cluster run --print-sql` prints.
"""

import csv
import sys
from pathlib import Path

import duckdb


def main() -> None:
    statement, history = sys.argv[1:]
    connection = duckdb.connect()
    connection.execute(
        "CREATE VIEW events AS SELECT COLUMNS(*)::VARCHAR FROM read_parquet($1)".replace("$1", quoted(history))
    )
    result = connection.execute(Path(statement).read_text(encoding="utf-8"))
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow([column[0] for column in result.description])
    out.writerows(result.fetchall())


def quoted(text: str) -> str:
    """Returns text as a literal: a view takes no parameters."""
    return "'" + text.replace("'", "''") + "'"


main()
