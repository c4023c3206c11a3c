"""The events as tables whose log says which files count: refused by name, since files alone would count twice."""

from collections.abc import Iterator
from pathlib import Path

import write_pyarrow
from case import Case


def cases() -> Iterator[Case]:
    """Yields the tables."""
    yield Case("deltalake: as it comes", delta, refused=("Delta",))
    yield Case("deltalake: folders by country, compacted", delta_compacted, refused=("Delta",))
    yield Case("pyiceberg: as it comes", iceberg, refused=("Iceberg",))


def delta(out: Path) -> None:
    """Writes a Delta table."""
    import deltalake

    deltalake.write_deltalake(out, write_pyarrow.table())


def delta_compacted(out: Path) -> None:
    """Writes a Delta table in folders, whose files were put together."""
    import deltalake

    for part in (write_pyarrow.table().slice(0, 100), write_pyarrow.table().slice(100)):
        deltalake.write_deltalake(out, part, partition_by=["country_code"], mode="append")
    deltalake.DeltaTable(out).optimize.compact()


def iceberg(out: Path) -> None:
    """Writes an Iceberg table: `data/` beside `metadata/`."""
    from pyiceberg.catalog.sql import SqlCatalog

    catalog = SqlCatalog("events", uri=f"sqlite:///{out.parent / 'catalog.db'}", warehouse=f"file://{out.parent}")
    catalog.create_namespace("made_up")
    table = catalog.create_table("made_up.events", schema=write_pyarrow.table().schema, location=f"file://{out}")
    table.append(write_pyarrow.table())
