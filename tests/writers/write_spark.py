"""The events written by Spark."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import case
from case import Case
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

TYPES = """`timestamp` TIMESTAMP, country_code STRING, last_order_ts DATE, first_order_ts DATE,
    total_orders BIGINT, voucher_amount DECIMAL(18, 4)"""
INT96 = {"spark.sql.parquet.outputTimestampType": "INT96"}


@cache
def session() -> SparkSession:
    """Returns a session on this machine that listens to nobody else, in a zone that is not UTC."""
    options = {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.log.level": "ERROR",
        "spark.sql.session.timeZone": "America/Lima",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.ansi.enabled": "true",
    }
    builder = SparkSession.builder.master("local[1]")
    for name, value in options.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


@cache
def events() -> DataFrame:
    """Returns the events in types of their own."""
    columns = case.columns()
    return session().createDataFrame(list(zip(*columns.values(), strict=True)), TYPES).coalesce(1).cache()


def cases() -> Iterator[Case]:
    """Yields the ways to write them."""

    def folder(
        name: str, written: DataFrame, settings: dict[str, str] | None = None, by: tuple = (), **options: str
    ) -> Case:
        def write(out: Path) -> None:
            for key, value in (settings or {}).items():
                session().conf.set(key, value)
            writer = written.write.mode("overwrite").options(**options)
            (writer.partitionBy(*by) if by else writer).parquet(str(out))
            for key in settings or {}:
                session().conf.unset(key)

        return Case(name, write)

    yield folder("as it comes", events())
    yield folder("INT96", events(), INT96)
    yield folder("TIMESTAMP_MICROS", events(), {"spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS"})
    yield folder("TIMESTAMP_MILLIS", events(), {"spark.sql.parquet.outputTimestampType": "TIMESTAMP_MILLIS"})
    yield folder(
        "TIMESTAMP_NTZ",
        events().withColumn("timestamp", f.expr("to_timestamp_ntz(to_utc_timestamp(`timestamp`, current_timezone()))")),
    )
    yield folder("legacy format", events(), {"spark.sql.parquet.writeLegacyFormat": "true"})
    yield folder("pages V2", events(), {"parquet.writer.version": "v2"}, **{"parquet.writer.version": "v2"})
    for codec in ("none", "snappy", "gzip", "lz4_raw", "zstd", "lz4"):
        yield folder(f"codec {codec}", events(), compression=codec)
    yield folder(
        "no dictionaries, no checksums",
        events(),
        **{"parquet.enable.dictionary": "false", "parquet.page.write-checksum.enabled": "false"},
    )
    yield folder(
        "row groups of some pages",
        events(),
        **{"parquet.block.size": "4096", "parquet.page.size": "128", "parquet.page.row.count.limit": "9"},
    )
    yield folder("three files", events().repartition(3))
    strings = [f.col(name).cast("string") for name in events().columns]
    utc = events().withColumn("timestamp", f.expr("to_utc_timestamp(`timestamp`, current_timezone())"))
    yield folder("texts throughout, times without a zone", utc.select(strings))
    double = events().withColumn("voucher_amount", f.col("voucher_amount").cast("double"))
    yield folder(
        "amounts as text of doubles: 2.64E7",
        double.withColumn("voucher_amount", f.col("voucher_amount").cast("string")),
    )
    yield folder("amounts as double", double)
    yield folder(
        "amounts added up as doubles",
        double.withColumn("voucher_amount", f.expr("voucher_amount / 3 + voucher_amount / 3 + voucher_amount / 3")),
    )
    yield folder(
        "orders with NaN", events().withColumn("total_orders", f.expr("coalesce(double(total_orders), double('NaN'))"))
    )
    for kind in ("tinyint", "smallint", "int", "float", "double", "decimal(9, 0)", "decimal(38, 0)", "string"):
        yield folder(f"orders as {kind}", events().withColumn("total_orders", f.col("total_orders").cast(kind)))
    for kind in ("float", "decimal(38, 10)"):
        yield folder(f"amounts as {kind}", events().withColumn("voucher_amount", f.col("voucher_amount").cast(kind)))
    yield folder("country as binary", events().withColumn("country_code", f.col("country_code").cast("binary")))
    offset = f.expr("date_format(`timestamp`, \"yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX\")")
    yield folder("times as ISO 8601 with an offset", events().withColumn("timestamp", offset))
    offset = f.expr('date_format(`timestamp`, "yyyy-MM-dd HH:mm:ss.SSSSSS Z")')
    yield folder("times as text with a blank before the offset", events().withColumn("timestamp", offset))
    yield folder("folders by country", events(), by=("country_code",))
    yield folder("folders by country, INT96", events(), INT96, by=("country_code",))
    yield folder("folders by orders and country", events(), by=("total_orders", "country_code"))
    yield from csv_round()


def csv_round() -> Iterator[Case]:
    """Yields what Spark makes of a CSV file that it wrote and read as texts."""

    def write(out: Path) -> None:
        csv = str(out.parent / "csv")
        events().write.option("header", True).csv(csv)
        session().read.option("header", True).csv(csv).write.mode("overwrite").parquet(str(out))

    yield Case("texts from a CSV file", write)
