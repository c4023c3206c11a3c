"""Checks that a zip runs as a Lambda, and prints its size.

`check.py ZIP ARCH` fails unless the zip holds one file, the executable `bootstrap`, built for ARCH
(x86_64 or arm64), that needs nothing that `provided.al2023` lacks. `check.py EXECUTABLE ARCH` checks
only the executable.
"""

import re
import stat
import sys
import zipfile
from pathlib import Path

import elf

# Lambda's names, and ELF's.
MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}
# https://docs.aws.amazon.com/linux/al2023/ug/compare-with-al2.html
RUNTIME_GLIBC = (2, 34)
BOOTSTRAP = "bootstrap"
MODE = stat.S_IFREG | 0o755
# Parts of glibc; a Rust binary links everything else statically.
LIBRARIES = re.compile(r"(lib(c|m|dl|rt|pthread)\.so\.\d+|ld-linux-(x86-64|aarch64)\.so\.\d+)")
GLIBC_TEXT = ".".join(map(str, RUNTIME_GLIBC))
GLIBC = re.compile(r"GLIBC_(\d+)\.(\d+)(\.\d+)?")


def problems_of_executable(executable: elf.Elf, machine: str) -> list[str]:
    """Returns what the executable needs and `provided.al2023` lacks."""
    problems = []
    if executable.machine != machine:
        problems.append(f"it is for {executable.machine}, not {machine}")
    for library in executable.libraries:
        if not LIBRARIES.fullmatch(library):
            problems.append(f"it needs {library}, which the runtime may not have")
    for version in executable.versions:
        match = GLIBC.fullmatch(version)
        if not match or (int(match[1]), int(match[2])) > RUNTIME_GLIBC:
            problems.append(f"it needs {version}, the runtime has glibc {GLIBC_TEXT}")
    return problems


def problems_of_zip(archive: Path, machine: str) -> list[str]:
    """Returns what is wrong with the zip."""
    with zipfile.ZipFile(archive) as zipped:
        entries = zipped.infolist()
        if [entry.filename for entry in entries] != [BOOTSTRAP]:
            return [f"it holds {[entry.filename for entry in entries]}, not {BOOTSTRAP} alone"]
        mode = entries[0].external_attr >> 16
        if mode != MODE:
            return [f"{BOOTSTRAP} has mode {mode:o}, not {MODE:o}"]
        # Reading also checks the CRC.
        executable = elf.read(zipped.read(entries[0]))
    return problems_of_executable(executable, machine)


def main() -> None:
    """Checks the file that the arguments name."""
    if len(sys.argv) != 3 or sys.argv[2] not in MACHINES:
        raise SystemExit(f"usage: check.py ZIP|EXECUTABLE {'|'.join(MACHINES)}")
    file, machine = Path(sys.argv[1]), MACHINES[sys.argv[2]]
    try:
        if file.suffix == ".zip":
            problems = problems_of_zip(file, machine)
        else:
            problems = problems_of_executable(elf.read(file.read_bytes()), machine)
    except (ValueError, OSError, zipfile.BadZipFile) as error:
        problems = [str(error)]
    if problems:
        sys.exit("\n".join(f"error: {file}: {problem}" for problem in problems))
    print(f"{file} {file.stat().st_size} bytes")


if __name__ == "__main__":
    main()
