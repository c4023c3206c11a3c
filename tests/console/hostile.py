"""Copies a history and adds the events of Peru again under other names: `hostile.py FROM TO NAME…`."""

import sys

import duckdb


def main() -> None:
    """Makes the copy that the arguments ask for."""
    source, target, *names = sys.argv[1:]
    history = duckdb.read_parquet(source)
    copies = [history]
    for name in names:
        peru = history.filter("lower(trim(country_code)) = 'peru'")
        replaced = duckdb.ConstantExpression(name).alias("country_code")
        columns = [replaced if column == "country_code" else duckdb.ColumnExpression(column) for column in peru.columns]
        copies.append(peru.select(*columns))
    whole = copies[0]
    for copy in copies[1:]:
        whole = whole.union(copy)
    whole.write_parquet(target)


if __name__ == "__main__":
    main()
