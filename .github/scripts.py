"""Checks what schemas do not say of workflows: `scripts.py WORKFLOW…`.

Every script goes through shellcheck, every target of make is one of the Makefile, the jobs of
`.ci/targets` are those that run it, every action is pinned by a commit, and every job has a time limit.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml import YAML

PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
TARGET = re.compile(r"^([a-z0-9-]+):", re.MULTILINE)
MAKE = re.compile(r"\bmake ([a-z0-9-]+)")
EXPRESSION = re.compile(r"\$\{\{.*?\}\}")


def problems(workflow: Path, targets: set[str]) -> Iterator[str]:
    """Yields what is wrong with a workflow."""
    jobs = YAML(typ="safe").load(workflow)["jobs"]
    for name, job in jobs.items():
        if "uses" not in job and "timeout-minutes" not in job:
            yield f"{name} has no time limit"
        named = []
        for step in job.get("steps", []):
            if "uses" in step and not PINNED.fullmatch(step["uses"]):
                yield f"{name}: {step['uses']} is not pinned by a commit"
            script = step.get("run", "")
            named += MAKE.findall(script)
            if script:
                yield from (f"{name}: {line}" for line in shellcheck(script))
        yield from (f"{name}: there is no target {word}" for word in named if word not in targets)


def problems_of_list(workflow: Path, targets: set[str]) -> Iterator[str]:
    """Yields what is wrong with the list of targets that the jobs of a workflow run."""
    listed = [line.split() for line in Path(".ci/targets").read_text().splitlines() if not line.startswith("#")]
    yield from (f"there is no target {target}" for _, _, target, *_ in listed if target not in targets)
    wanted = {job for where, job, *_ in listed if where != "here"}
    run = set(YAML(typ="safe").load(workflow)["jobs"]["check"]["strategy"]["matrix"]["job"])
    yield from (f"{job} is a job of .ci/targets or of {workflow}, and not of both" for job in wanted ^ run)


def shellcheck(script: str) -> list[str]:
    """Returns what shellcheck says of a script; an expression is as good as any word."""
    text = EXPRESSION.sub("expression", script)
    command = ["shellcheck", "--shell", "bash", "--format", "gcc", "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True).stdout.splitlines()


def main() -> None:
    """Checks the workflows that the arguments name."""
    targets = set(TARGET.findall(Path("Makefile").read_text()))
    workflows = [Path(argument) for argument in sys.argv[1:]]
    found = [f"{workflow}: {problem}" for workflow in workflows for problem in problems(workflow, targets)]
    found += [f".ci/targets: {problem}" for problem in problems_of_list(Path(".github/workflows/ci.yml"), targets)]
    if found or not workflows:
        sys.exit("\n".join(found) or "usage: scripts.py WORKFLOW…")


if __name__ == "__main__":
    main()
