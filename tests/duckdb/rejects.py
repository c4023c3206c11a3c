"""Prints how many lines of kept rejects DuckDB finds, as CSV: segment,reason,count.

Usage: rejects.py REJECTS
"""

import csv
import sys

import duckdb


def main() -> None:
    (rejects,) = sys.argv[1:]
    reader = "read_parquet" if rejects.endswith(".parquet") else "read_json"
    query = f"SELECT segment, reason, count(*) FROM {reader}($1) GROUP BY ALL ORDER BY ALL"
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["segment", "reason", "count"])
    out.writerows(duckdb.execute(query, [rejects]).fetchall())


main()
