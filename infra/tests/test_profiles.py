"""What is shipped is optimised throughout, though its profiles inherit what `release` leaves out."""

import tomllib
from pathlib import Path

import pytest

PROFILES = tomllib.loads((Path(__file__).parents[2] / "Cargo.toml").read_text(encoding="utf-8"))["profile"]


@pytest.mark.parametrize(("profile", "level"), [("dist", 3), ("lambda", "s")])
def test_every_package_of_release_is_optimised_again(profile: str, level: int | str) -> None:
    assert PROFILES[profile].get("opt-level", 3) == level
    again = {package: level for package in PROFILES["release"]["package"]}
    assert {name: settings["opt-level"] for name, settings in PROFILES[profile]["package"].items()} == again
