"""Reads what an ELF executable needs from its system: machine, libraries, symbol versions.

Reads 64-bit little-endian files only, as both of Lambda's machines use.
Layout: https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html and, for the versions,
https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

MACHINES = {62: "x86_64", 183: "aarch64"}
IDENT_64_LITTLE = b"\x7fELF\x02\x01"

SECTION_DYNAMIC = 6
SECTION_VERSIONS_NEEDED = 0x6FFFFFFE
DYNAMIC_NEEDED = 1


@dataclass
class Elf:
    """What an executable needs."""

    machine: str
    # Shared objects, by name: `libc.so.6`.
    libraries: list[str]
    # Versions of their symbols: `GLIBC_2.34`.
    versions: list[str]


def read(file: bytes) -> Elf:
    """Reads a file; raises `ValueError` unless it is such a file, dynamically linked."""
    if not file.startswith(IDENT_64_LITTLE):
        raise ValueError("it is not a 64-bit ELF file")
    try:
        (machine,) = struct.unpack_from("<H", file, 18)
        libraries, versions = [], []
        sections = list(_sections(file))
        for kind, offset, size, link in sections:
            names = sections[link][1]
            if kind == SECTION_DYNAMIC:
                libraries += _libraries(file, offset, size, names)
            if kind == SECTION_VERSIONS_NEEDED:
                versions += _versions(file, offset, names)
    except (struct.error, IndexError) as error:
        raise ValueError("it is a broken ELF file") from error
    if not versions:
        raise ValueError("it names no version of any library: it is static, or lost its sections")
    return Elf(MACHINES.get(machine, f"machine {machine}"), libraries, versions)


def _sections(file: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Yields type, offset, size and linked section of each section."""
    (table,) = struct.unpack_from("<Q", file, 40)
    size, count = struct.unpack_from("<HH", file, 58)
    for index in range(count):
        header = table + index * size
        _, kind, _, _, offset, length, link = struct.unpack_from("<IIQQQQI", file, header)
        yield kind, offset, length, link


def _libraries(file: bytes, offset: int, size: int, names: int) -> Iterator[str]:
    for tag, value in struct.iter_unpack("<QQ", file[offset : offset + size]):
        if tag == DYNAMIC_NEEDED:
            yield _text(file, names + value)


def _versions(file: bytes, offset: int, names: int) -> Iterator[str]:
    """Yields the versions needed of each library. Both are linked lists."""
    more = 1
    while more:
        _, count, _, first, more = struct.unpack_from("<HHIII", file, offset)
        version = offset + first
        for _ in range(count):
            _, _, _, name, step = struct.unpack_from("<IHHII", file, version)
            yield _text(file, names + name)
            version += step
        offset += more


def _text(file: bytes, offset: int) -> str:
    return file[offset : file.index(b"\0", offset)].decode()
