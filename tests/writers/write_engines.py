"""The events written by other engines: chDB (ClickHouse), DataFusion, Daft and dask."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import write_pyarrow
from case import Case
from write_pandas import frame


def cases() -> Iterator[Case]:
    """Yields the ways to write them."""
    yield from by_chdb()
    yield from by_datafusion()
    yield from by_daft()
    yield from by_dask()


def by_chdb() -> Iterator[Case]:
    """Yields those of ClickHouse, which is given a file of pyarrow."""
    types = {
        "timestamp": "Nullable(DateTime64(6, 'America/Lima'))",
        "country_code": "Nullable(String)",
        "last_order_ts": "Nullable(Date32)",
        "first_order_ts": "Nullable(Date32)",
        "total_orders": "Nullable(Int64)",
        "voucher_amount": "Nullable(Decimal(18, 4))",
    }

    def file(name: str, settings: str = "max_threads = 1", **other: str) -> Case:
        cast = ", ".join(f"CAST({column} AS {kind}) AS {column}" for column, kind in (types | other).items())

        def write(out: Path) -> None:
            import chdb

            given = out.parent / "given.parquet"
            pq.write_table(write_pyarrow.table(), given)
            into = f"INSERT INTO FUNCTION file('{out / 'events.parquet'}', Parquet)"
            chdb.query(f"{into} SELECT {cast} FROM file('{given}', Parquet) SETTINGS {settings}")

        return Case(f"chDB: {name}", write)

    yield file("as it comes")
    yield file("strings as bytes", "output_format_parquet_string_as_string = 0")
    yield file("the writer of before", "output_format_parquet_use_custom_encoder = 0")
    yield file("pages V2", "output_format_parquet_use_custom_encoder = 0, output_format_parquet_version = '2.6'")
    for codec in ("none", "snappy", "gzip", "brotli", "lz4", "zstd"):
        yield file(f"codec {codec}", f"output_format_parquet_compression_method = '{codec}'")
    yield file("DateTime", timestamp="Nullable(DateTime('UTC'))")
    yield file("DateTime64 of ms", timestamp="Nullable(DateTime64(3, 'UTC'))")
    yield file("Date", last_order_ts="Nullable(Date)", first_order_ts="Nullable(Date)")
    yield file("LowCardinality", country_code="LowCardinality(Nullable(String))")
    for kind in ("Int32", "Float32", "Float64", "Decimal(9, 0)", "Decimal(38, 0)", "String"):
        yield file(f"orders as {kind}", total_orders=f"Nullable({kind})")
    for kind in ("Float32", "Float64", "Decimal(38, 10)", "String"):
        yield file(f"amounts as {kind}", voucher_amount=f"Nullable({kind})")


def by_datafusion() -> Iterator[Case]:
    """Yields those of DataFusion, which writes as our own samples are written."""
    import datafusion

    def file(name: str, written: pa.Table, **options: object) -> Case:
        def write(out: Path) -> None:
            data = datafusion.SessionContext().from_arrow(written)
            data.write_parquet_with_options(out / "events.parquet", datafusion.ParquetWriterOptions(**options))

        return Case(f"DataFusion: {name}", write)

    yield file("as it comes", write_pyarrow.table())
    yield file("writer version 2.0", write_pyarrow.table(), writer_version="2.0")
    yield file("texts, DELTA_BYTE_ARRAY", write_pyarrow.texts(), dictionary_enabled=False, encoding="delta_byte_array")
    for codec in ("uncompressed", "snappy", "gzip(6)", "brotli(5)", "lz4", "lz4_raw", "zstd(3)"):
        yield file(f"codec {codec}", write_pyarrow.table(), compression=codec)
    yield file(
        "pages of 5 rows, Bloom filters", write_pyarrow.texts(), data_page_row_count_limit=5, bloom_filter_on_write=True
    )

    def partitioned(out: Path) -> None:
        by_country = datafusion.DataFrameWriteOptions(partition_by="country_code")
        data = datafusion.SessionContext().from_arrow(write_pyarrow.table())
        data.write_parquet(str(out) + "/", write_options=by_country)

    yield Case("DataFusion: folders by country", partitioned)


def by_daft() -> Iterator[Case]:
    """Yields those of Daft."""
    import daft

    def folder(name: str, written: pa.Table, **options: object) -> Case:
        return Case(f"Daft: {name}", lambda out: daft.from_arrow(written).write_parquet(str(out), **options))

    yield folder("as it comes", write_pyarrow.table())
    yield folder("texts, zstd", write_pyarrow.texts(), compression="zstd")
    yield folder("folders by country", write_pyarrow.table(), partition_cols=["country_code"])


def by_dask() -> Iterator[Case]:
    """Yields those of dask."""
    import dask
    import dask.dataframe as dd

    def folder(name: str, **options: object) -> Case:
        def write(out: Path) -> None:
            with dask.config.set(scheduler="synchronous"):
                dd.from_pandas(frame(), npartitions=3).to_parquet(str(out), **options)

        return Case(f"dask: {name}", write)

    yield folder("three files")
    yield folder("three files, _metadata", write_metadata_file=True)
    yield folder("folders by country", partition_on=["country_code"])
