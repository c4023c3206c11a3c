"""One machine, its own reader, as many shuffle partitions as threads. No other form was tried."""

import peer
import sql
from pyspark.sql import SparkSession

DAY = f"""CASE WHEN octet_length(timestamp) = {peer.TIMESTAMP_BYTES} OR endswith(timestamp, '{peer.UTC}')
    THEN try_cast(substr(timestamp, 1, 10) AS DATE) END"""


def prepare(threads: int) -> peer.Count:
    """Returns a function that counts a file."""
    options = {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "4g",
        "spark.log.level": "ERROR",
        # One partition per thread is enough for a few thousand groups; the default is 200.
        "spark.sql.shuffle.partitions": str(threads),
        "spark.sql.session.timeZone": "UTC",
    }
    builder = SparkSession.builder.master(f"local[{threads}]")
    for name, value in options.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()

    def count(file: str, country: str | None) -> list[peer.Group]:
        spark.read.parquet(file).createOrReplaceTempView("history")
        text = sql.query(
            "history",
            "try_cast(total_orders AS DOUBLE)",
            f"datediff({DAY}, try_cast(last_order_ts AS DATE))",
            f"WHERE lower(trim(country_code)) = '{country}'" if country else "",
        )
        return [tuple(row) for row in spark.sql(text).collect()]

    return count


peer.run(prepare)
