"""Reads what Docker reads of a build: instructions of a Dockerfile, files of a context.

Only as much of both formats as ours use; what it does not know it refuses.
https://docs.docker.com/reference/dockerfile and
https://docs.docker.com/build/concepts/context/#dockerignore-files
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Instruction:
    """One instruction: `COPY`, its flags, `{"from": "build"}`, and the rest of its line."""

    name: str
    flags: dict[str, str]
    rest: str


def instructions(text: str) -> Iterator[Instruction]:
    """Yields the instructions of a Dockerfile, each with its continued lines."""
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        words = line.split()
        if not words:
            continue
        flags = {}
        while len(words) > 1 and words[1].startswith("--"):
            flag, _, value = words.pop(1).removeprefix("--").partition("=")
            flags[flag] = value
        yield Instruction(words[0].upper(), flags, " ".join(words[1:]))


class Context:
    """Which files of a folder are sent to the builder, by the folder's `.dockerignore`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        lines = (root / ".dockerignore").read_text().splitlines()
        patterns = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        # The last one that matches decides.
        self._rules = [(_expression(pattern.lstrip("!")), pattern.startswith("!")) for pattern in patterns]

    def has(self, path: str) -> bool:
        """Returns whether a file is sent, named as `etl/src/main.rs`."""
        return self._is_sent(path) and (self._root / path).is_file()

    def files(self) -> Iterator[str]:
        """Yields all files that are sent."""
        for folder, folders, files in os.walk(self._root):
            inside = Path(folder).relative_to(self._root)
            # No later rule takes anything out of these, and they are large.
            last, _ = self._deciding_rule((inside / "x").as_posix()) or (None, None)
            if inside.parts and last is not None and last >= self._last_exception():
                folders.clear()
                continue
            for name in files:
                path = (inside / name).as_posix()
                if self._is_sent(path):
                    yield path

    def _last_exception(self) -> int:
        return max((place for place, (_, sent) in enumerate(self._rules) if sent), default=-1)

    def _is_sent(self, path: str) -> bool:
        rule = self._deciding_rule(path)
        return rule is None or rule[1]

    def _deciding_rule(self, path: str) -> tuple[int, bool] | None:
        """Returns place and kind of the last rule that matches a path or a folder above it."""
        for place, (expression, sent) in reversed(list(enumerate(self._rules))):
            if expression.fullmatch(path):
                return place, sent
        return None


def _expression(pattern: str) -> re.Pattern[str]:
    """Returns what matches the pattern's paths and everything below them."""
    if not re.fullmatch(r"[\w.*/-]+", pattern) or "**" in pattern:
        raise ValueError(f".dockerignore: {pattern!r} is a kind of pattern that this check does not know")
    return re.compile(re.escape(pattern.strip("/")).replace(r"\*", "[^/]*") + "(/.*)?", re.DOTALL)
