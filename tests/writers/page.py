"""Writes into `docs/what-is-read-how.md` what the writers made of the events: page.py FOLDER

FOLDER is what `make writers` left: `newest/` and `others/`, each as `make.py` makes it.
"""

import json
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "what-is-read-how.md"
BEGIN, END = "<!-- tests/writers/page.py writes from here -->\n", "<!-- to here -->\n"
LISTS = {"newest": "requirements.txt", "others": "requirements-others.txt"}
COLUMNS = ("timestamp", "last_order_ts", "country_code", "total_orders", "voucher_amount")
# Of the modules that hold several writers, cases say which; these are the names of the packages.
PACKAGES = {"chDB": "chdb", "DataFusion": "datafusion", "Daft": "daft", "Carquet": "carquet", "Rugo": "rugo"}


def main() -> None:
    """Writes the tables."""
    folder = Path(sys.argv[1])
    tables = [section(folder / name, pins(HERE / LISTS[name])) for name in LISTS]
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    _, after = rest.split(END)
    PAGE.write_text(before + BEGIN + "\n" + "\n".join(tables) + END + after, encoding="utf-8")


def pins(requirements: Path) -> dict[str, str]:
    """Returns the versions of packages."""
    lines = requirements.read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if "==" in line and not line.startswith("#"))


def section(folder: Path, versions: dict[str, str]) -> str:
    """Returns a table: a line for each writer and way in which it stores the columns."""
    ways: dict[tuple, list[str]] = {}
    for place in sorted(folder.glob("*/*")):
        case = json.loads((place / "expected.json").read_text(encoding="utf-8"))
        writer, name = named(place.parent.name, case["case"])
        version = versions[{"spark": "pyspark"}.get(writer, writer)]
        outcome = f"refused, exit code {case['code']}" if "refused" in case else "counted"
        ways.setdefault((f"{writer} {version}", *stored(place / "input"), outcome), []).append(name)
    lines = [f"| writer | ways | {' | '.join(f'`{name}`' for name in COLUMNS)} | |", "| --- " * (len(COLUMNS) + 3) + "|"]
    for (writer, *cells), names in sorted(ways.items(), key=lambda way: way[0][0].lower()):
        lines.append(f"| {writer} | {'; '.join(names)} | {' | '.join(cells)} |".replace("\n", " "))
    return "\n".join(lines) + "\n"


def named(module: str, case: str) -> tuple[str, str]:
    """Returns the writer and what it was asked to do."""
    if module in ("engines", "small", "tables"):
        writer, name = case.split(": ", 1)
        return PACKAGES.get(writer, writer), name
    return module, case


def stored(place: Path) -> list[str]:
    """Returns how each column is stored: of a folder's value the folder's name for a missing one."""
    files = [file for file in sorted(place.rglob("*")) if file.suffix == ".parquet" and not file.name.startswith(".")]
    try:
        schema = pq.ParquetFile(files[0]).schema
    except (pa.ArrowException, OSError) as error:
        return [f"pyarrow: {error}", *[""] * (len(COLUMNS) - 1)]
    columns = {schema.column(at).name.lower(): schema.column(at) for at in range(len(schema))}
    cells = []
    for name in COLUMNS:
        folders = {part for file in files for part in file.parts if part.startswith(f"{name}=")}
        if folders:
            missing = [part for part in folders if part.removeprefix(f"{name}=") in ("", "NULL") or "__" in part]
            cells.append("folders; missing: " + ("`" + min(missing) + "`" if missing else "left out"))
        else:
            cells.append(kind(columns[name]) if name in columns else "nested")
    return cells


def kind(column: pq.ColumnSchema) -> str:
    """Returns a column's type in the words of the format."""
    logical = json.loads(column.logical_type.to_json())
    name = logical["Type"].upper()
    match name:
        case "NONE":
            return column.physical_type
        case "TIMESTAMP":
            unit = {"milliseconds": "ms", "microseconds": "us", "nanoseconds": "ns"}[logical["timeUnit"]]
            return f"{column.physical_type} TIMESTAMP({unit}, {'UTC' if logical['isAdjustedToUTC'] else 'no zone'})"
        case "DECIMAL":
            return f"{column.physical_type} DECIMAL({logical['precision']}, {logical['scale']})"
        case "INT":
            return f"{column.physical_type} INT({logical['bitWidth']})"
    return f"{column.physical_type} {name}"


main()
