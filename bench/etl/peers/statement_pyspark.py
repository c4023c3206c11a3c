"""Runs the statement of `voucher-etl-cluster run --print-sql` in PySpark, untimed, and prints its
counts and rejects: `statement_pyspark.py STATEMENT FILE`.
"""

import json
import re
import sys
from collections import Counter
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql.functions import col

AMOUNT_BAD = -1
AMOUNT_ONE = 10_000
OUTSIDE = "outside every bucket"
# The statement's comments: `-- outcome_0: frequent_segment is 0 "0-4", -1 outside …`.
LEGEND = re.compile(r"^-- outcome_\d+: (\S+) is (.*)$", re.MULTILINE)
CODE = re.compile(r'(-?\d+) ("(?:[^"\\]|\\.)*"|[^,]+)')


def names(statement: str) -> list[tuple[str, dict[int, str]]]:
    """Returns each segment's name and the meaning of its codes."""
    return [(name, {int(code): text for code, text in CODE.findall(codes)}) for name, codes in LEGEND.findall(statement)]


def folded(statement: str, rows: list[tuple]) -> dict:
    """Returns the counts of the segments and the rejects by reason, in the peers' form."""
    segments = names(statement)
    counts: Counter[tuple[str, str, str, str]] = Counter()
    rejected: dict[str, Counter[str]] = {name: Counter() for name, _ in segments}
    for _, country, amount, *codes, events in rows:
        reason = None
        if not country:
            reason = "missing_country"
        elif amount is None or amount == AMOUNT_BAD:
            reason = "missing_voucher_amount" if amount is None else "bad_voucher_amount"
        for (name, meanings), code in zip(segments, codes, strict=True):
            meaning = meanings[code]
            if reason or (code < 0 and meaning != OUTSIDE):
                rejected[name][reason or meaning] += events
            else:
                label = "Unknown" if meaning == OUTSIDE else json.loads(meaning)
                text = format(amount / AMOUNT_ONE, ".4f").rstrip("0").rstrip(".")
                counts[country.strip().lower(), name, label, text] += events
    return {
        "counts": sorted([*key, events] for key, events in counts.items()),
        "rejected": {name: dict(sorted(reasons.items())) for name, reasons in rejected.items()},
    }


def main() -> None:
    """Runs the statement."""
    statement, file = Path(sys.argv[1]).read_text(encoding="utf-8"), sys.argv[2]
    spark = session()
    events = spark.read.parquet(file)
    events.select([col(name).cast("string") for name in events.columns]).createOrReplaceTempView("events")
    rows = [tuple(row) for row in spark.sql(statement).collect()]
    json.dump(folded(statement, rows), sys.stdout, ensure_ascii=False)
    print()


def session() -> SparkSession:
    """Returns a session on this machine that listens on loopback only."""
    options = {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.log.level": "ERROR",
        "spark.sql.session.timeZone": "UTC",
    }
    builder = SparkSession.builder.master("local[2]")
    for name, value in options.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


main()
