"""Holds the Dockerfile and its context to the sources, and copies the context, as it is sent to the
builder, to a new folder: `check_context.py RELEASE_FOLDER COPY`.

RELEASE_FOLDER is where cargo put the binaries; beside each it wrote the files that it read for it.
"""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import dockerfile

ROOT = Path(__file__).resolve().parents[2]
BINARIES = ("voucher-etl", "voucher-api")
# What the context may hold: nothing that could be a secret or is large.
SUFFIXES = (".rs", ".toml", ".lock", ".html", ".css", ".js")
OTHERS = {"api/openapi.json", "infra/containers/rootfs", "infra/containers/skeleton"}


def problems_of_dockerfile(context: dockerfile.Context) -> Iterator[str]:
    """Yields what is wrong with the Dockerfile itself."""
    stages: set[str] = set()
    made = {f"target/$PROFILE/{binary}" for binary in BINARIES}
    channel = tomllib.loads((ROOT / "rust-toolchain.toml").read_text())["toolchain"]["channel"]
    for step in dockerfile.instructions((ROOT / "infra/containers/Dockerfile").read_text()):
        words = step.rest.replace('"', "").split()
        if step.name == "ARG" and f":{channel}-" not in step.rest and step.rest != "PROFILE=dist":
            yield f"ARG {step.rest} is neither Rust {channel}, which rust-toolchain.toml names, nor what is shipped"
        if step.name == "FROM":
            if words[0] not in stages | {"scratch", "${BUILDER}"}:
                yield f"FROM {words[0]} is neither a stage nor the one image that is pinned"
            stages.add(words[2])
        if "from" in step.flags and step.flags["from"] not in stages:
            yield f"COPY --from={step.flags['from']}: there is no such stage before"
        if step.name == "COPY" and "from" not in step.flags:
            for source in words[:-1]:
                if source != "." and not context.has(source):
                    yield f"COPY {source}: it is not in the context"
        if step.name == "RUN":
            for word in words:
                script = word.removeprefix("/context/")
                if script.startswith("infra/") and not context.has(script):
                    yield f"RUN {script}: it is not in the context"
                if word.startswith("target/") and word not in made:
                    yield f"RUN: {word} is not made"
    for stage in ("etl", "api"):
        if stage not in stages:
            yield f"there is no stage {stage}"


def problems_of_context(context: dockerfile.Context, release: Path) -> Iterator[str]:
    """Yields what the context lacks, and what it has too much."""
    metadata = subprocess.run(
        ["cargo", "metadata", "--locked", "--no-deps", "--format-version", "1"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    for package in json.loads(metadata.stdout)["packages"]:
        manifest = Path(package["manifest_path"]).relative_to(ROOT).as_posix()
        if not context.has(manifest):
            yield f"{manifest} is not in the context: cargo asks for every member of the workspace"
    for binary in BINARIES:
        for path in sources_of(release / f"{binary}.d"):
            if not context.has(path):
                yield f"{path} is not in the context: cargo reads it for {binary}"
    for path in context.files():
        if path not in OTHERS and not path.endswith(SUFFIXES):
            yield f"{path} is in the context: no source, no manifest, none of {sorted(OTHERS)}"


def sources_of(rule: Path) -> list[str]:
    """Returns the files of ours that cargo read for a binary, by the make rule beside it."""
    _, _, sources = rule.read_text().strip().partition(": ")
    # Blanks in names are escaped.
    paths = [Path(path.replace("\\ ", " ")) for path in re.split(r"(?<!\\) ", sources)]
    ours = [path.relative_to(ROOT).as_posix() for path in paths if path.is_relative_to(ROOT)]
    if "crates/segments/rules.toml" not in ours:
        raise ValueError(f"{rule} does not name crates/segments/rules.toml: was the binary built here?")
    return ours


def main() -> None:
    """Checks all of it, and copies."""
    if len(sys.argv) != 3:
        raise SystemExit("usage: check_context.py RELEASE_FOLDER COPY")
    context = dockerfile.Context(ROOT)
    problems = [*problems_of_dockerfile(context), *problems_of_context(context, Path(sys.argv[1]))]
    if problems:
        sys.exit("\n".join(f"error: {problem}" for problem in problems))
    files, size = list(context.files()), 0
    for path in files:
        copy = Path(sys.argv[2]) / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, copy)
        size += copy.stat().st_size
    print(f"the context: {len(files)} files, {size} bytes")


if __name__ == "__main__":
    main()
