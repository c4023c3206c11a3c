"""Packs one executable into a zip, reproducibly: `archive.py FILE ZIP`.

The entry has no time, owner or extra fields. Its mode is -rwxr-xr-x, as Lambda needs.
"""

import os
import stat
import sys
import zipfile
from pathlib import Path

# The earliest time a zip can hold; the time of the build would differ each time.
NO_TIME = (1980, 1, 1, 0, 0, 0)
UNIX = 3
MODE = stat.S_IFREG | 0o755


def main() -> None:
    """Writes the zip that the arguments name, whole or not at all."""
    if len(sys.argv) != 3:
        raise SystemExit("usage: archive.py FILE ZIP")
    file, archive = Path(sys.argv[1]), Path(sys.argv[2])
    entry = zipfile.ZipInfo(file.name, NO_TIME)
    entry.create_system = UNIX
    entry.external_attr = MODE << 16
    part = archive.with_name(archive.name + ".part")
    with zipfile.ZipFile(part, "w") as zipped:
        zipped.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED, compresslevel=9)
    os.replace(part, archive)


if __name__ == "__main__":
    main()
