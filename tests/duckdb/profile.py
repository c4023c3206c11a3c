"""Prints what DuckDB finds in a history that `voucher-etl profile` has to find too, as JSON.

Usage: profile.py HISTORY

It reads histories as `voucher-etl sample` writes them, and the real one: all texts are well-formed.
"""

import json
import sys

import duckdb

EVENTS = """
CREATE VIEW events AS SELECT
    country_code, total_orders, voucher_amount,
    replace(timestamp, '+00:00', '')::TIMESTAMP AS moment,
    moment::DATE AS event,
    last_order_ts::DATE AS last_order,
    first_order_ts::DATE AS first_order,
    nullif(trim(total_orders), '')::DOUBLE::BIGINT AS orders,
    date_diff('day', last_order, event) AS days
FROM read_parquet($history)
"""

# By column: the text as it stands where it may be blank, and the value.
COLUMNS = {
    "country_code": ("country_code", "lower(trim(country_code))"),
    "timestamp": ("moment::VARCHAR", "moment"),
    "last_order_ts": ("last_order::VARCHAR", "last_order"),
    "first_order_ts": ("first_order::VARCHAR", "first_order"),
    "total_orders": ("total_orders", "orders"),
    "voucher_amount": ("voucher_amount::VARCHAR", "voucher_amount::DECIMAL(18, 4)"),
}

ODDITIES = {
    "event_before_last_order": "event < last_order",
    "event_before_first_order": "event < first_order",
    "first_order_after_last": "first_order > last_order",
    "zero_orders_with_order_date": "orders = 0 AND last_order IS NOT NULL",
    "orders_without_order_date": "orders > 0 AND last_order IS NULL",
    "blank_orders": "orders IS NULL",
}

OUTSIDE = {
    "frequent_segment": "coalesce(orders, 0) >= 38",
    "recency_segment": "days < 30",
}


def main() -> None:
    connection = duckdb.connect()
    connection.execute("SET VARIABLE history = $history", {"history": sys.argv[1]})
    connection.execute(EVENTS.replace("$history", "getvariable('history')"))

    def rows(query: str) -> list:
        return connection.execute(query).fetchall()

    def one(query: str):
        return rows(query)[0][0]

    def counts(value: str) -> dict:
        return dict(rows(f"SELECT ({value})::VARCHAR, count(*) FROM events WHERE ({value}) IS NOT NULL GROUP BY ALL"))

    columns = {}
    for name, (text, value) in COLUMNS.items():
        null, blank, values, distinct = rows(f"""SELECT
            count(*) FILTER ({text} IS NULL), count(*) FILTER (trim({text}) = ''),
            count({value}), count(DISTINCT {value}) FROM events""")[0]
        smallest, largest = rows(f"SELECT min({value})::VARCHAR, max({value})::VARCHAR FROM events")[0]
        columns[name] = {
            "null": null, "blank": blank, "values": values, "distinct": distinct,
            "smallest": smallest, "largest": largest,
        }
    found = {
        "rows": one("SELECT count(*) FROM events"),
        "columns": columns,
        "oddities": {name: one(f"SELECT count(*) FROM events WHERE {where}") for name, where in ODDITIES.items()},
        "outside": {
            name: one(f"SELECT count(*) FROM events WHERE voucher_amount IS NOT NULL AND {where}")
            for name, where in OUTSIDE.items()
        },
        "countries": counts("lower(trim(country_code))"),
        "spellings": counts("trim(country_code)"),
        "years": counts("year(event)"),
        "event_days": counts("event"),
        "orders": counts("orders"),
        "days": counts("days"),
        "amounts": counts("voucher_amount::DECIMAL(18, 4)"),
    }
    json.dump(found, sys.stdout)


main()
