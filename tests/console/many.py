"""Spreads a history over many countries, one of which has many amounts: `many.py FROM TO`."""

import sys

import duckdb

COUNTRIES = 30
AMOUNTS = 200


def main() -> None:
    """Makes the history that the arguments ask for."""
    source, target = sys.argv[1:]
    query = """
        SELECT * EXCLUDE (place) REPLACE (
            printf('Country %02d', place % $countries) AS country_code,
            CASE WHEN place % $countries = 0 THEN 1 + (place // $countries) % $amounts ELSE voucher_amount END
                AS voucher_amount)
        FROM (SELECT *, row_number() OVER () AS place FROM read_parquet($source))
    """
    parameters = {"source": source, "countries": COUNTRIES, "amounts": AMOUNTS}
    duckdb.sql(query, params=parameters).write_parquet(target)


if __name__ == "__main__":
    main()
