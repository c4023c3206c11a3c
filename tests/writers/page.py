"""Writes into `docs/what-is-read-how.md` what the writers made of the events: page.py FOLDER

FOLDER is what `make writers` left: `newest/` and `others/`, each as `make.py` makes it.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "what-is-read-how.md"
BEGIN, END = "<!-- tests/writers/page.py writes from here -->\n", "<!-- to here -->\n"
LISTS = {"newest": "requirements.txt", "others": "requirements-others.txt"}
TITLES = {"newest": "The newest, which `make test` has:", "others": "The majors before them, and others:"}
HEADINGS = ("times and days", "texts", "decimals on", "other numbers", "folder of missing values")
COLUMNS = ("timestamp", "country_code", "last_order_ts", "first_order_ts", "total_orders", "voucher_amount")
# What cases and modules call writers whose packages are called otherwise.
PACKAGES = {
    "spark": "pyspark",
    "chDB": "chdb",
    "DataFusion": "datafusion",
    "Daft": "daft",
    "Carquet": "carquet",
    "Rugo": "rugo",
}


def main() -> None:
    """Writes the tables."""
    folder = Path(sys.argv[1])
    tables = [f"{TITLES[name]}\n\n{section(folder / name, pins(HERE / LISTS[name]))}" for name in LISTS]
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    _, after = rest.split(END)
    PAGE.write_text(before + BEGIN + "\n" + "\n".join(tables) + END + after, encoding="utf-8")


def pins(requirements: Path) -> dict[str, str]:
    """Returns the versions of packages."""
    lines = requirements.read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if "==" in line and not line.startswith("#"))


@dataclass
class Writer:
    """What was seen of a writer."""

    ways: int = 0
    refused: list[str] = field(default_factory=list)
    kinds: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in HEADINGS})


def section(folder: Path, versions: dict[str, str]) -> str:
    """Returns a table: a line for each writer."""
    writers: dict[str, Writer] = {}
    for place in sorted(folder.glob("*/*")):
        case = json.loads((place / "expected.json").read_text(encoding="utf-8"))
        package, name = named(place.parent.name, case["case"])
        writer = writers.setdefault(f"{package} {versions[package]}", Writer())
        writer.ways += 1
        if "refused" in case:
            writer.refused.append(f"{name} (exit code {case['code']})")
        for heading, kind in seen(place / "input"):
            writer.kinds[heading].add(kind)
    lines = [f"| writer | ways | {' | '.join(HEADINGS)} | refused |", "| --- " * (len(HEADINGS) + 3) + "|"]
    for name, writer in sorted(writers.items(), key=lambda one: one[0].lower()):
        cells = ["; ".join(sorted(kinds)) or "–" for kinds in writer.kinds.values()]
        lines.append(f"| {name} | {writer.ways} | {' | '.join(cells)} | {'; '.join(writer.refused) or '–'} |")
    return "\n".join(lines) + "\n"


def named(module: str, case: str) -> tuple[str, str]:
    """Returns the writer and what it was asked to do."""
    if module in ("engines", "small", "tables"):
        writer, name = case.split(": ", 1)
        return PACKAGES.get(writer, writer), name
    return PACKAGES.get(module, module), case


def seen(place: Path) -> Iterator[tuple[str, str]]:
    """Yields how columns are stored, each under its heading; of folders, what that of missing values is called."""
    files = [file for file in sorted(place.rglob("*")) if file.suffix == ".parquet" and not file.name.startswith(".")]
    for file in files:
        for name, _, value in (part.partition("=") for part in file.relative_to(place).parts):
            if value in ("", "NULL") or value.startswith("__"):
                yield from [("folder of missing values", f"`{name}={value}`")] if name == "country_code" else []
    try:
        schema = pq.ParquetFile(files[0]).schema
    except (pa.ArrowException, OSError):
        return  # A reader other than pyarrow is needed.
    for column in (schema.column(at) for at in range(len(schema))):
        if column.name.lower() not in COLUMNS or "." in column.path:
            continue
        stored = kind(column)
        if "DECIMAL" in stored:
            yield "decimals on", stored.rpartition(" on ")[2]
        elif stored in ("STRING", "JSON", "BYTE_ARRAY"):
            yield "texts", stored
        elif column.name.lower() in ("total_orders", "voucher_amount"):
            yield "other numbers", stored
        else:
            yield "times and days", stored


def kind(column: pq.ColumnSchema) -> str:
    """Returns a column's type in the words of the format."""
    logical = json.loads(column.logical_type.to_json())
    name = logical["Type"].upper()
    physical = column.physical_type.replace("FIXED_LEN_BYTE_ARRAY", "FIXED")
    match name:
        case "NONE":
            return physical
        case "STRING" | "DATE" | "JSON" | "NULL":
            return name if physical in ("BYTE_ARRAY", "INT32") else f"{name} on {physical}"
        case "TIMESTAMP":
            unit = {"milliseconds": "ms", "microseconds": "us", "nanoseconds": "ns"}[logical["timeUnit"]]
            return f"TIMESTAMP({unit}, {'UTC' if logical['isAdjustedToUTC'] else 'no zone'})"
        case "DECIMAL":
            return f"DECIMAL({logical['precision']}, {logical['scale']}) on {physical}"
        case "INT":
            return f"INT({logical['bitWidth']})"
    return f"{name} on {physical}"


main()
