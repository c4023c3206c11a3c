"""Any order of rows will do. Tried and not faster: TRY_CAST to TIMESTAMP in place of the first ten
characters (it also drops the zone), `left`, grouping by the raw text of orders, GROUPING SETS, one a
segment.
"""

import duckdb
import peer
import sql

DAY = f"""CASE WHEN strlen(timestamp) = {peer.TIMESTAMP_BYTES} OR suffix(timestamp, '{peer.UTC}')
    THEN TRY_CAST(substr(timestamp, 1, 10) AS DATE) END"""


def prepare(threads: int) -> peer.Count:
    """Returns a function that counts a file."""
    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}; SET preserve_insertion_order = false")

    def count(file: str, country: str | None) -> list[peer.Group]:
        text = sql.query(
            "read_parquet($file)",
            "TRY_CAST(total_orders AS DOUBLE)",
            f"{DAY} - TRY_CAST(last_order_ts AS DATE)",
            "WHERE lower(trim(country_code)) = $country" if country else "",
        )
        parameters = {"file": file} | ({"country": country} if country else {})
        return connection.execute(text, parameters).fetchall()

    return count


peer.run(prepare)
