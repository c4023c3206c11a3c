"""The events written by polars."""

from collections.abc import Iterator
from pathlib import Path

import case
import polars as pl
from case import Case


def frame() -> pl.DataFrame:
    """Returns the events in types of their own."""
    types = {
        "timestamp": pl.Datetime("us", "UTC"),
        "country_code": pl.String,
        "last_order_ts": pl.Date,
        "first_order_ts": pl.Date,
        "total_orders": pl.Int64,
        "voucher_amount": pl.Decimal(18, 4),
    }
    return pl.DataFrame(case.columns(), schema=types)


def texts() -> pl.DataFrame:
    """Returns the events as texts throughout."""
    return pl.DataFrame(case.columns(moment=str, day=str, orders=str, amount=case.plain))


def cases() -> Iterator[Case]:
    """Yields the ways to write them."""

    def file(name: str, written: pl.DataFrame, **options: object) -> Case:
        return Case(name, lambda out: written.write_parquet(out / "events.parquet", **options))

    yield file("as it comes", frame())
    for codec in ("uncompressed", "snappy", "gzip", "brotli", "lz4", "zstd"):
        yield file(f"codec {codec}", frame(), compression=codec)
    yield file("row groups of 7, pages of 64 bytes", texts(), row_group_size=7, data_page_size=64)
    yield file("statistics full", frame(), statistics="full")
    yield file("statistics off", texts(), statistics=False)
    yield file("through pyarrow", frame(), use_pyarrow=True)
    for unit in ("ms", "us", "ns"):
        yield file(f"times in {unit}", frame().with_columns(pl.col("timestamp").dt.cast_time_unit(unit)))
    yield file("times in a zone", frame().with_columns(pl.col("timestamp").dt.convert_time_zone("America/Lima")))
    yield file("times without a zone", frame().with_columns(pl.col("timestamp").dt.replace_time_zone(None)))
    yield file("days as times", frame().with_columns(pl.col("last_order_ts", "first_order_ts").cast(pl.Datetime("ms"))))
    yield file("texts throughout", texts())
    yield file("times as text by cast", frame().with_columns(pl.col("timestamp").cast(pl.String)))
    yield file("Categorical", texts().cast(dict.fromkeys(texts().columns, pl.Categorical)))
    names = sorted({event.country for event in case.EVENTS if event.country})
    yield file("Enum", frame().cast({"country_code": pl.Enum(names)}))
    yield file("Binary", texts().cast(dict.fromkeys(texts().columns, pl.Binary)))
    for kind in (pl.Int8, pl.Int32, pl.Float32, pl.Float64, pl.Decimal(38, 0)):
        yield file(f"orders as {kind}", frame().cast({"total_orders": kind}))
    # Sixteen bytes without an annotation: only polars knows what they are.
    wide = frame().cast({"total_orders": pl.Int128})
    yield Case("orders as Int128", lambda out: wide.write_parquet(out / "events.parquet"), refused=("total_orders",))
    yield file("orders with NaN", frame().with_columns(pl.col("total_orders").cast(pl.Float64).fill_null(float("nan"))))
    for kind in (pl.Float32, pl.Float64, pl.Decimal(38, 10)):
        yield file(f"amounts as {kind}", frame().cast({"voucher_amount": kind}))
    noisy = pl.Series(case.columns(amount=case.noisy)["voucher_amount"])
    yield file("amounts added up as doubles", frame().with_columns(voucher_amount=noisy))
    for kind in (pl.Null, pl.Boolean):
        written = frame().with_columns(first_order_ts=pl.lit(None, dtype=kind))
        yield file(f"no first orders at all, as {kind}", written)
    yield from folders()


def folders() -> Iterator[Case]:
    """Yields folders of files."""

    def partitioned(out: Path) -> None:
        frame().write_parquet(out, partition_by="country_code")

    def sink(out: Path) -> None:
        places = pl.PartitionBy(out, key=["country_code", pl.col("timestamp").dt.month().alias("month")])
        frame().lazy().sink_parquet(places, mkdir=True)

    yield Case("folders by country", partitioned)
    yield Case("sink_parquet into folders by country and month", sink)
