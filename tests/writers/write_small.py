"""The events written by small writers of their own making: Carquet and Rugo."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import write_pyarrow
from case import Case


def cases() -> Iterator[Case]:
    """Yields the ways to write them."""
    yield from by_carquet()
    yield from by_rugo()


def by_carquet() -> Iterator[Case]:
    """Yields those of Carquet, which has a checksum in each page and the LZ4 of Hadoop."""

    def file(name: str, written: pa.Table, **options: object) -> Case:
        def write(out: Path) -> None:
            import carquet

            carquet.write_table(written, out / "events.parquet", **options)

        return Case(f"Carquet: {name}", write)

    numbers = write_pyarrow.table(pa.float64())
    yield file("as it comes", numbers)
    yield file("texts", write_pyarrow.texts())
    yield file("decimals", write_pyarrow.table())
    for codec in ("none", "snappy", "gzip", "brotli", "lz4", "lz4_hadoop", "zstd"):
        yield file(f"codec {codec}, pages V2", numbers, compression=codec, data_page_version=2)
    yield file("row groups of 7, page index", numbers, row_group_size=7, write_page_index=True)


def by_rugo() -> Iterator[Case]:
    """Yields those of Rugo, which can put the chunks of several row groups together by column."""

    def file(name: str, refused: tuple[str, ...] = (), **options: object) -> Case:
        def write(out: Path) -> None:
            from rugo import parquet

            given = out.parent / "given.parquet"
            pq.write_table(write_pyarrow.table(pa.float64()), given)
            with parquet.read_parquet(str(given)) as morsels:
                (morsel,) = morsels
            (out / "events.parquet").write_bytes(parquet.write_parquet(morsel, **options))

        return Case(f"Rugo: {name}", write, refused)

    yield file("as it comes")
    yield file("chunks of three row groups by column", max_rows_per_row_group=50, row_groups_per_block=3)
    yield file("many pages, no dictionary", max_page_bytes=256, dictionary=False)
    yield file(
        "amounts as ALP, an encoding of a later version",
        ("voucher_amount", "Encoding 10"),
        dictionary=False,
        alp=["voucher_amount"],
    )
    yield file("no statistics", statistics=False, bloom_filters=False)
