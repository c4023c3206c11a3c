"""Prints the counts that DuckDB finds in a history, as CSV: country,segment,bucket,voucher_amount,count.

Usage: counts.py HISTORY [--missing-amount-zero]
"""

import csv
import sys
from pathlib import Path

import duckdb


def main() -> None:
    history, *flags = sys.argv[1:]
    parameters = {"history": history, "missing_amount": 0 if "--missing-amount-zero" in flags else None}
    query = (Path(__file__).parent / "counts.sql").read_text(encoding="utf-8")
    rows = duckdb.connect().execute(query, parameters).fetchall()
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["country", "segment", "bucket", "voucher_amount", "count"])
    for country, segment, bucket, amount, events in rows:
        amount = format(amount, "f").rstrip("0").rstrip(".")
        out.writerow([country, segment, bucket, amount, events])


main()
