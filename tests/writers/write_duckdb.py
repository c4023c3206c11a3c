"""The events written by DuckDB."""

from collections.abc import Iterator
from pathlib import Path

import case
import duckdb
from case import Case

EVENTS = """
CREATE TABLE events (
    "timestamp" TIMESTAMPTZ, country_code VARCHAR, last_order_ts DATE, first_order_ts DATE,
    total_orders BIGINT, voucher_amount DECIMAL(18, 4)
)"""
TEXTS = "SELECT COLUMNS(*)::VARCHAR FROM events"


def connection() -> duckdb.DuckDBPyConnection:
    """Returns a database of the events, in types of their own."""
    database = duckdb.connect()
    database.execute("SET TimeZone = 'America/Lima'")
    database.execute(EVENTS)
    columns = case.columns(moment=str, day=str, orders=str, amount=case.plain)
    database.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", list(zip(*columns.values(), strict=True)))
    return database


def cases() -> Iterator[Case]:
    """Yields the ways to write them."""

    def file(name: str, query: str = "FROM events", options: str = "FORMAT parquet") -> Case:
        def write(out: Path) -> None:
            connection().execute(f"COPY ({query}) TO '{out / 'events.parquet'}' ({options})")

        return Case(name, write)

    def changed(name: str, columns: str) -> Case:
        return file(name, f"SELECT * REPLACE ({columns}) FROM events")

    yield file("as it comes")
    yield file("parquet_version V2", options="FORMAT parquet, PARQUET_VERSION V2")
    yield file("parquet_version V2, texts", TEXTS, "FORMAT parquet, PARQUET_VERSION V2, DICTIONARY_SIZE_LIMIT 1")
    for codec in ("uncompressed", "snappy", "gzip", "zstd", "brotli", "lz4_raw"):
        yield file(f"codec {codec}", options=f"FORMAT parquet, CODEC {codec}")
    yield file("row groups of 7", options="FORMAT parquet, ROW_GROUP_SIZE 7")
    yield file("Bloom filters", TEXTS, "FORMAT parquet, WRITE_BLOOM_FILTER true")
    yield changed("TIMESTAMP, UTC", """("timestamp" AT TIME ZONE 'UTC') AS "timestamp" """)
    for kind in ("TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"):
        cut = f"""date_trunc('{"second" if kind.endswith("_S") else "milliseconds"}', "timestamp" AT TIME ZONE 'UTC')"""
        yield changed(kind, f'{cut}::{kind} AS "timestamp"')
    yield changed(
        "days as TIMESTAMP", "last_order_ts::TIMESTAMP AS last_order_ts, first_order_ts::TIMESTAMP AS first_order_ts"
    )
    yield file("texts throughout: TIMESTAMPTZ as text has an offset of hours", TEXTS)
    for kind in (
        "TINYINT",
        "SMALLINT",
        "INTEGER",
        "HUGEINT",
        "FLOAT",
        "DOUBLE",
        "DECIMAL(9, 0)",
        "DECIMAL(38, 0)",
        "JSON",
    ):
        yield changed(f"orders as {kind}", f"total_orders::{kind} AS total_orders")
    yield changed("orders with NaN", "coalesce(total_orders::DOUBLE, 'NaN') AS total_orders")
    for kind in ("FLOAT", "DOUBLE", "DECIMAL(38, 10)", "JSON"):
        yield changed(f"amounts as {kind}", f"voucher_amount::{kind} AS voucher_amount")
    yield changed("amounts added up as doubles", "(voucher_amount::DOUBLE * 3 * 0.1 / 0.3) AS voucher_amount")
    names = ", ".join(sorted({"'" + e.country.replace("'", "''") + "'" for e in case.EVENTS if e.country}))
    yield changed("country as ENUM", f"country_code::ENUM({names}) AS country_code")
    yield changed("country as BLOB", "encode(country_code) AS country_code")
    yield changed("no first orders at all, NULL untyped", "NULL AS first_order_ts")
    yield file(
        "columns in upper case",
        """SELECT * EXCLUDE ("timestamp", country_code), "timestamp" AS "TIMESTAMP", country_code AS "COUNTRY_CODE"
            FROM events""",
    )
    yield from folders()


def folders() -> Iterator[Case]:
    """Yields folders of files."""

    def copied(name: str, query: str, options: str) -> Case:
        return Case(
            name, lambda out: connection().execute(f"COPY ({query}) TO '{out}' (FORMAT parquet, OVERWRITE, {options})")
        )

    yield copied("folders by country", "FROM events", "PARTITION_BY (country_code)")
    yield copied(
        "folders by country, the column too", "FROM events", "PARTITION_BY (country_code), WRITE_PARTITION_COLUMNS"
    )
    year = """SELECT *, year("timestamp") AS year FROM events"""
    yield copied(
        "folders by year and country", year, "PARTITION_BY (year, country_code), FILENAME_PATTERN 'part_{uuid}'"
    )
    yield copied("one file a thread", "FROM events", "PER_THREAD_OUTPUT")
