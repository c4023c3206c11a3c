"""Prints a bill of materials without what differs from machine to machine.

`bill.py FILE FOLDER CRATE SECONDS`: FOLDER, where the sources lay, is left out of all references,
the time becomes SECONDS since 1970, and there is no serial number, which would be drawn. It fails
if the bill is not one of CRATE, or names no component.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path


def main() -> None:
    """Prints what is left of the bill that the arguments name."""
    if len(sys.argv) != 5 or not sys.argv[4].isdecimal():
        raise SystemExit("usage: bill.py FILE FOLDER CRATE SECONDS")
    file, folder, crate, seconds = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
    text = file.read_text().replace(f"file://{folder}/", "file://")
    bill = json.loads(text.replace(f"file://{folder}", "file://"))
    bill.pop("serialNumber", None)
    bill["metadata"]["timestamp"] = datetime.fromtimestamp(seconds, UTC).isoformat()
    if bill["metadata"]["component"]["name"] != crate or not bill.get("components"):
        raise SystemExit(f"error: {file} is no bill of materials of {crate}")
    if folder in json.dumps(bill):
        raise SystemExit(f"error: {file} still says where its sources lay")
    print(json.dumps(bill, indent=1, sort_keys=True))


if __name__ == "__main__":
    main()
