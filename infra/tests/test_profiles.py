"""What is shipped is optimised throughout, though its profiles inherit what `release` leaves out."""

import subprocess
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PROFILES = tomllib.loads((REPOSITORY / "Cargo.toml").read_text(encoding="utf-8"))["profile"]
# Those that `release` names: profiles that inherit it cannot give them another level by "*".
NAMED = {name: own["opt-level"] for name, own in PROFILES["release"]["package"].items() if name != "*"}


@pytest.mark.parametrize(("profile", "level"), [("dist", 3), ("lambda", "s")])
def test_dependencies_are_optimised_as_our_own_crates_are(profile: str, level: int | str) -> None:
    assert PROFILES[profile].get("opt-level", 3) == level
    assert PROFILES[profile]["package"]["*"] == {"opt-level": level}


def test_what_release_names_is_optimised_fully_in_what_is_shipped() -> None:
    dist = PROFILES["dist"]["package"]
    levels = {name: dist.get(name, {"opt-level": level})["opt-level"] for name, level in NAMED.items()}
    assert set(levels.values()) == {3}
    assert set(dist) - {"*"} <= set(NAMED)


def test_what_release_names_is_not_in_the_lambda() -> None:
    assert set(PROFILES["lambda"]["package"]) == {"*"}
    # As `api/packaging/zip` builds it.
    command = ["cargo", "tree", "--locked", "--package=voucher-api", "--no-default-features"]
    command += ["--edges=normal", "--prefix=none"]
    tree = subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True)
    packages = {line.split(" ")[0] for line in tree.stdout.splitlines()}
    assert "tokio" in packages
    assert packages.isdisjoint(NAMED)
