"""The events written by pandas, through pyarrow and through fastparquet."""

from collections.abc import Iterator
from pathlib import Path

import case
import pandas as pd
from case import Case

ENGINES = ("pyarrow", "fastparquet")


def frame() -> pd.DataFrame:
    """Returns the events as pandas itself types them: NaT and NaN where nothing is."""
    values = case.columns(amount=float)
    return pd.DataFrame(
        {
            "timestamp": pd.to_datetime(pd.Series(values["timestamp"]), utc=True),
            "country_code": pd.Series(values["country_code"]),
            "last_order_ts": pd.to_datetime(pd.Series(values["last_order_ts"])),
            "first_order_ts": pd.to_datetime(pd.Series(values["first_order_ts"])),
            "total_orders": pd.Series(values["total_orders"], dtype="float64"),
            "voucher_amount": pd.Series(values["voucher_amount"], dtype="float64"),
        }
    )


def in_ns(written: pd.DataFrame) -> pd.DataFrame:
    """Returns the times in ns, as pandas had all of them before 3: fastparquet 2026.9.0 writes seconds as if they
    were milliseconds, and INT96 of any other unit wrong.
    """
    times = ("timestamp", "last_order_ts", "first_order_ts")
    return written.assign(**{name: written[name].dt.as_unit("ns") for name in times})


def cases() -> Iterator[Case]:
    """Yields the ways to write them."""
    for engine in ENGINES:
        yield from through(engine)


def through(engine: str) -> Iterator[Case]:
    """Yields the ways to write them through an engine."""

    def file(name: str, written: pd.DataFrame, **options: object) -> Case:
        def write(out: Path) -> None:
            written.to_parquet(out / "events.parquet", engine=engine, **options)

        return Case(f"{engine}: {name}", write)

    given = frame() if engine == "pyarrow" else in_ns(frame())
    yield file("as it comes", given)
    yield file("with an index of times", given.set_index(pd.date_range("2018-01-01", periods=len(given), unit="ns")))
    yield file("brotli", given, compression="brotli")
    yield file("no codec", given, compression=None)
    for unit in ("ms", "us", "ns") if engine == "fastparquet" else ("s", "ms", "us", "ns"):
        yield file(f"times in {unit}", given.assign(timestamp=given["timestamp"].dt.as_unit(unit)))
    yield file("times in a zone", given.assign(timestamp=given["timestamp"].dt.tz_convert("America/Lima")))
    yield file("times without a zone", given.assign(timestamp=given["timestamp"].dt.tz_localize(None)))
    # Before pandas 3 it is `NaT` that stands where nothing is, which no grammar takes: rejected as bad, not as missing.
    text = given["timestamp"].astype(str).where(given["timestamp"].notna(), None)
    yield file("times as text by astype(str)", given.assign(timestamp=text))
    yield file("Int64", given.assign(total_orders=given["total_orders"].astype("Int64")))
    yield file("Int16", given.assign(total_orders=given["total_orders"].astype("Int16")))
    yield file("Float32", given.assign(voucher_amount=given["voucher_amount"].astype("Float32")))
    yield file("float32", given.assign(voucher_amount=given["voucher_amount"].astype("float32")))
    yield file("categories", given.astype({"country_code": "category"}))
    texts = pd.DataFrame(case.columns(moment=str, day=str, orders=str, amount=case.plain), dtype=object)
    yield file("objects of str and None", texts)
    yield file("orders as text by str(): 'nan' and '2.0'", given.assign(total_orders=given["total_orders"].map(str)))
    yield file(
        "orders as text by str() of Int64: '<NA>'",
        given.assign(total_orders=given["total_orders"].astype("Int64").map(str)),
    )
    noisy = pd.Series(case.columns(amount=case.noisy)["voucher_amount"], dtype="float64")
    yield file("amounts added up as doubles", given.assign(voucher_amount=noisy))
    yield folders(engine, given)


def folders(engine: str, written: pd.DataFrame) -> Case:
    """Returns folders by country; fastparquet has none for rows without a country, and leaves them out."""

    def write(out: Path) -> None:
        written.to_parquet(out, engine=engine, partition_cols=["country_code"])

    kept = case.EVENTS if engine == "pyarrow" else [event for event in case.EVENTS if event.country]
    return Case(f"{engine}: folders by country", write, events=tuple(kept))
