"""The events written by pyarrow."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import case
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from case import Case

AMOUNT, ORDERS, TEXT = pa.decimal128(18, 4), pa.int64(), pa.string()
CODECS = ("none", "snappy", "gzip", "brotli", "lz4", "zstd")
DECIMALS = {"decimal32": pa.decimal32(9, 0), "decimal64": pa.decimal64(18, 0), "decimal256": pa.decimal256(50, 0)}


def table(amount: pa.DataType = AMOUNT, orders: pa.DataType = ORDERS, unit: str = "us") -> pa.Table:
    """Returns the events in types of their own."""
    schema = pa.schema(
        {
            "timestamp": pa.timestamp(unit, "UTC"),
            "country_code": pa.string(),
            "last_order_ts": pa.date32(),
            "first_order_ts": pa.date32(),
            "total_orders": orders,
            "voucher_amount": amount,
        }
    )
    is_float = pa.types.is_floating(amount)
    values = case.columns(amount=float) if is_float else case.columns()
    narrow = {name: pa.array(values[name], schema.field(name).type) for name in schema.names if name != "timestamp"}
    # An array is made of what Python has, microseconds, and cut to coarser ones.
    moments = pa.array(values["timestamp"], pa.timestamp("us", "UTC")).cast(schema.field("timestamp").type, safe=False)
    return pa.table({"timestamp": moments, **narrow}, schema=schema)


def texts(kind: pa.DataType = TEXT) -> pa.Table:
    """Returns the events as texts throughout."""
    values = case.columns(moment=str, day=str, orders=str, amount=case.plain)
    return pa.table({name: pa.array(column, pa.string()).cast(kind) for name, column in values.items()})


def with_column(changed: pa.Table, name: str, column: pa.Array) -> pa.Table:
    """Returns the table with another column under that name."""
    return changed.set_column(changed.schema.get_field_index(name), name, column)


def cases() -> Iterator[Case]:
    """Yields the ways to write them."""

    def file(name: str, written: pa.Table, **options: object) -> Case:
        return Case(name, lambda out: pq.write_table(written, out / "events.parquet", **options))

    yield file("as it comes", table())
    yield from options(file)
    yield from times(file)
    yield from numbers(file)
    yield from other_texts(file)
    yield from folders()


def options(file: Callable[..., Case]) -> Iterator[Case]:
    """Yields what concerns pages, not values."""
    for codec in CODECS:
        yield file(f"codec {codec}, pages V2", table(), compression=codec, data_page_version="2.0")
    yield file("format 1.0", table(), version="1.0")
    yield file("format 2.4", table(), version="2.4")
    yield file("checksums", table(), write_page_checksum=True)
    yield file(
        "checksums, pages V2, no dictionary",
        texts(),
        write_page_checksum=True,
        data_page_version="2.0",
        use_dictionary=False,
    )
    yield file("row groups of 7", table(), row_group_size=7)
    yield file(
        "pages of 3 rows with an index", texts(), max_rows_per_page=3, write_page_index=True, data_page_version="2.0"
    )
    yield file("no statistics, no Arrow schema", table(), write_statistics=False, store_schema=False)
    yield file("dictionaries that overflow", texts(), dictionary_pagesize_limit=64, write_batch_size=8)
    yield file(
        "BYTE_STREAM_SPLIT",
        table(pa.float64()),
        use_dictionary=["country_code"],
        use_byte_stream_split=["timestamp", "last_order_ts", "first_order_ts", "total_orders", "voucher_amount"],
    )
    delta = {name: "DELTA_BINARY_PACKED" for name in ("timestamp", "last_order_ts", "first_order_ts", "total_orders")}
    yield file("DELTA_BINARY_PACKED", table(), use_dictionary=False, column_encoding=delta)
    for encoding in ("DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY"):
        yield file(encoding, texts(), use_dictionary=False, column_encoding=encoding)
    yield file(
        "content-defined chunks, Bloom filters",
        texts(),
        use_content_defined_chunking=True,
        bloom_filter_options={"country_code": True},
    )


def times(file: Callable[..., Case]) -> Iterator[Case]:
    """Yields the types of times."""
    for unit in ("s", "ms", "us", "ns"):
        yield file(f"times in {unit}", table(unit=unit))
    yield file("INT96", table(unit="ns"), use_deprecated_int96_timestamps=True)
    yield file(
        "INT96 of times without a zone",
        with_column(table(), "timestamp", table()["timestamp"].cast(pa.timestamp("us"))),
        use_deprecated_int96_timestamps=True,
    )
    yield file("times cut to ms", table(), coerce_timestamps="ms", allow_truncated_timestamps=True)
    lima = table()["timestamp"].cast(pa.timestamp("us", "America/Lima"))
    yield file("times in a zone", with_column(table(), "timestamp", lima))
    yield file("flavor spark", table(), flavor="spark")
    days = table()
    for name in ("last_order_ts", "first_order_ts"):
        days = with_column(days, name, days[name].cast(pa.timestamp("ms")))
    yield file("days as times without a zone", days)
    days64 = with_column(table(), "last_order_ts", table()["last_order_ts"].cast(pa.date64()))
    yield file("days as date64", days64)
    zone = ZoneInfo("America/Lima")
    written = {
        "with an offset": lambda moment: moment.astimezone(zone).isoformat(sep=" "),
        "ISO 8601 with T and Z": lambda moment: moment.isoformat().replace("+00:00", "Z"),
        "without a zone": lambda moment: str(case.naive(moment)),
    }
    for name, form in written.items():
        column = pa.array(case.columns(moment=form)["timestamp"], pa.string())
        yield file(f"times as text {name}", with_column(texts(), "timestamp", column))


def numbers(file: Callable[..., Case]) -> Iterator[Case]:
    """Yields the types of numbers."""
    for kind in (pa.int8(), pa.int16(), pa.int32(), pa.float32(), pa.float64(), *DECIMALS.values()):
        yield file(f"orders as {kind}", table(orders=kind))
    yield file("amounts as double", table(pa.float64()))
    yield file("amounts as float", table(pa.float32()))
    yield file("amounts as decimal(38, 10)", table(pa.decimal128(38, 10)))
    yield file("amounts as decimal in integers", table(), store_decimal_as_integer=True)
    yield file("amounts as decimal256(76, 4)", table(pa.decimal256(76, 4)))
    noisy = pa.array(case.columns(amount=case.noisy)["voucher_amount"], pa.float64())
    yield file("amounts added up as doubles", with_column(table(), "voucher_amount", noisy))
    nan = pa.array([float("nan") if value is None else value for value in case.columns()["total_orders"]], pa.float64())
    yield file("orders with NaN", with_column(table(), "total_orders", nan))


def other_texts(file: Callable[..., Case]) -> Iterator[Case]:
    """Yields the types of texts, and columns of nothing."""
    yield file("texts throughout", texts())
    yield file("large_string", texts(pa.large_string()))
    yield file("string_view", texts(pa.string_view()))
    yield file("bytes without annotation", texts(pa.binary()), store_schema=False)
    coded = texts()
    for name in coded.column_names:
        coded = with_column(coded, name, pc.dictionary_encode(coded[name]).combine_chunks())
    yield file("dictionary columns", coded)
    upper = texts().rename_columns([name.upper() for name in texts().column_names])
    yield file(
        "columns in upper case, others beside them", upper.append_column("NOTE", pa.nulls(len(upper), pa.string()))
    )
    bare = tuple(events_without(case.EVENTS, "orders"))
    for kind in (pa.null(), pa.bool_(), pa.string(), pa.list_(pa.int32())):
        column = pa.nulls(len(bare), kind)
        written = with_column(table(), "total_orders", column)
        yield Case(
            f"no orders at all, as {kind}",
            lambda out, written=written: pq.write_table(written, out / "events.parquet"),
            events=bare,
        )


def events_without(of: list, field: str) -> Iterator:
    """Yields the events without what stands in a field."""
    for event in of:
        yield replace(event, **{field: None})


def folders() -> Iterator[Case]:
    """Yields folders of files."""

    def hive(out: Path) -> None:
        pq.write_to_dataset(texts(), out, partition_cols=["country_code"])

    def two_keys(out: Path) -> None:
        year = pc.year(table()["timestamp"])
        partitioned = table().append_column("year", year)
        flavor = ds.partitioning(pa.schema({"year": pa.int64(), "country_code": pa.string()}), flavor="hive")
        ds.write_dataset(partitioned, out, format="parquet", partitioning=flavor)

    def metadata(out: Path) -> None:
        written: list = []
        pq.write_to_dataset(table(), out, partition_cols=["total_orders"], metadata_collector=written)
        pq.write_metadata(table().drop(["total_orders"]).schema, out / "_common_metadata")

    yield Case("folders by country", hive)
    yield Case("folders by year and country", two_keys)
    yield Case("folders by orders, _common_metadata", metadata)
