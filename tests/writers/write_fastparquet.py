"""The events written by fastparquet itself."""

from collections.abc import Iterator
from pathlib import Path

import case
import fastparquet
import pandas as pd
from case import Case
from write_pandas import frame, in_ns


def cases() -> Iterator[Case]:
    """Yields the ways to write them."""
    given = in_ns(frame())

    def file(name: str, written: pd.DataFrame, **options: object) -> Case:
        return Case(name, lambda out: fastparquet.write(str(out / "events.parquet"), written, **options))

    texts = pd.DataFrame(case.columns(moment=str, day=str, orders=str, amount=case.plain), dtype=object)
    for kind in ("infer", "utf8"):
        yield file(f"objects as {kind}", texts, object_encoding=kind)
    # Each text is JSON then, quotes and all: no amount, no time.
    yield Case(
        "objects as json",
        lambda out: fastparquet.write(str(out / "events.parquet"), texts, object_encoding="json"),
        refused=("bad_voucher_amount",),
        code=5,
    )
    bare = texts.map(lambda text: text.encode(), na_action="ignore")
    yield file("objects as bytes", bare, object_encoding="bytes")
    amounts = pd.DataFrame(case.columns(), dtype=object)[["voucher_amount"]]
    yield file(
        "decimals as decimal",
        given.assign(**amounts),
        object_encoding={"voucher_amount": "decimal", "country_code": "utf8"},
    )
    for times in ("int64", "int96"):
        yield file(f"times {times}", given, times=times)
    for codec in ("SNAPPY", "GZIP", "BROTLI", "LZ4", "LZ4_RAW", "ZSTD"):
        yield file(f"codec {codec}", given, compression=codec)
    yield file("row groups of 50, null bits always", given, row_group_offsets=50, has_nulls=True)
    yield file("stats off", given, stats=False)
    fixed = texts.fillna({"country_code": "NULL"})
    # Text of a fixed length, which the format does not know.
    yield Case(
        "fixed text",
        lambda out: fastparquet.write(str(out / "events.parquet"), fixed, fixed_text={"country_code": 16}),
        refused=("country_code",),
    )

    def hive(out: Path) -> None:
        fastparquet.write(str(out), given, file_scheme="hive", row_group_offsets=60)

    def partitioned(out: Path) -> None:
        known = given.dropna(subset="country_code")
        fastparquet.write(str(out), known, file_scheme="hive", partition_on=["country_code"], row_group_offsets=60)

    def drill(out: Path) -> None:
        fastparquet.write(str(out), given, file_scheme="drill", partition_on=[], row_group_offsets=60)

    yield Case("files of one table, _metadata", hive)
    yield Case("folders by country, _metadata", partitioned, events=tuple(e for e in case.EVENTS if e.country))
    yield Case("scheme drill", drill)
