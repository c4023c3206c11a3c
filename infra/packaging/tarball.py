"""Packs a folder, the same bytes each time: `tarball.py FOLDER TARBALL SECONDS`.

The archive holds the folder under its own name. Entries are in order of their names, belong to
nobody, and are as old as SECONDS since 1970 says; what may be executed is -rwxr-xr-x, all other
files -rw-r--r--. So neither clock, user, umask nor file system is part of it.
"""

import gzip
import os
import sys
import tarfile
from pathlib import Path

EXECUTABLE = 0o755
READABLE = 0o644


def normal(entry: tarfile.TarInfo, seconds: int) -> tarfile.TarInfo:
    """Returns an entry without what differs from machine to machine."""
    if not entry.isfile() and not entry.isdir():
        raise SystemExit(f"error: {entry.name} is neither a file nor a folder")
    runs = entry.isdir() or entry.mode & 0o100
    entry.mode = EXECUTABLE if runs else READABLE
    entry.mtime = seconds
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


def main() -> None:
    """Writes the archive that the arguments name, whole or not at all."""
    if len(sys.argv) != 4 or not sys.argv[3].isdecimal():
        raise SystemExit("usage: tarball.py FOLDER TARBALL SECONDS")
    folder, archive, seconds = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    part = archive.with_name(archive.name + ".part")
    # `gzip` would put the name of the file and the time into its header.
    with (
        part.open("wb") as file,
        gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=file, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        # `add` goes through a folder in the order of names.
        tar.add(folder, folder.name, filter=lambda entry: normal(entry, seconds))
    os.replace(part, archive)


if __name__ == "__main__":
    main()
