"""The query of the SQL peers; each fills in its dialect's spelling of a few things."""

from rules import ORDERS, RECENCY


def query(source: str, orders: str, days: str, where: str = "") -> str:
    """Returns the query: `orders` is a number or null, `days` are whole days or null."""
    # After the numbers, since a CASE only sees the rows left.
    missing = "WHEN total_orders IS NULL OR trim(total_orders) = '' THEN 0"
    return f"""
        SELECT country_code, voucher_amount, {ORDERS.sql("orders", missing)} AS o,
            {RECENCY.sql("days")} AS d, count(*) AS events
        FROM (
            SELECT country_code, voucher_amount, total_orders, {orders} AS orders, {days} AS days
            FROM {source} {where}
        )
        GROUP BY country_code, voucher_amount, o, d"""
