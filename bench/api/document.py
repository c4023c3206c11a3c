"""Replaces one section of a Markdown file."""

import re
from pathlib import Path

TITLE = "# Benchmarks\n\nEach section is written by the command that it names.\n"


def replace_section(file: Path, heading: str, text: str) -> None:
    """Writes `## heading` with this text, in place or at the end."""
    before = file.read_text() if file.is_file() else TITLE
    section = f"## {heading}\n\n{text.strip()}\n"
    # Up to the next heading of the same level.
    there = re.compile(rf"^## {re.escape(heading)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    if there.search(before):
        after = there.sub(lambda _: section + "\n", before, count=1)
    else:
        after = f"{before.rstrip()}\n\n{section}"
    file.parent.mkdir(exist_ok=True)
    file.write_text(after.rstrip() + "\n")
