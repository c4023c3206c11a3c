"""Has writers write the events, each case into a folder of its own: make.py FOLDER WRITER...

FOLDER/WRITER/NUMBER/ then has `input/` and `expected.json`: what the case is called, and either what a run
must count and reject of it, or what must be said where it is refused.
"""

import importlib
import json
import sys
from pathlib import Path

import events


def main() -> None:
    """Writes them."""
    folder, *writers = sys.argv[1:]
    for writer in writers:
        for number, case in enumerate(importlib.import_module(f"write_{writer}").cases()):
            place = Path(folder) / writer / f"{number:02}"
            (place / "input").mkdir(parents=True)
            case.write(place / "input")
            must = {"code": case.code, "refused": case.refused} if case.refused else events.expected(list(case.events))
            text = json.dumps({"case": case.name, **must}, ensure_ascii=False)
            (place / "expected.json").write_text(text, encoding="utf-8")


main()
