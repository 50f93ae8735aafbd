"""The pictures of the docs are those of the program as it is, as far as fonts allow."""

import subprocess
import sys
from pathlib import Path

import pytest

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
MAKE = PICTURES / "make.py"
NAMES = [
    "start", "small", "resnet-152", "gpt-2", "wire-drop", "error", "inside", "frames", "minimap", "training", "dark",
    "contrast", "fine", "long-names",
]  # fmt: skip


def test_a_picture_is_made_anew_and_looks_as_the_one_that_is_kept() -> None:
    done = subprocess.run(
        [sys.executable, str(MAKE), "--check", "gpt-2"], capture_output=True, text=True, timeout=240, check=False
    )
    if done.returncode == 2:
        pytest.skip(done.stdout.strip())
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_looks_otherwise_is_told(monkeypatch: pytest.MonkeyPatch, qapp: object) -> None:
    monkeypatch.syspath_prepend(str(PICTURES))
    from likeness import TOLERANCE, difference  # type: ignore[import-not-found]  # it stands beside the pictures

    assert difference(PICTURES / "small.png", PICTURES / "small.png") == 0
    assert difference(PICTURES / "small.png", PICTURES / "error.png") > TOLERANCE
    assert difference(PICTURES / "small.png", PICTURES / "fine.png") == 1
    assert difference(PICTURES / "small.png", PICTURES / "missing.png") == 1


def test_every_situation_has_its_picture() -> None:
    listed = subprocess.run(
        [sys.executable, str(MAKE), "--help"], capture_output=True, text=True, timeout=60, check=True
    )
    for name in NAMES:
        assert name in listed.stdout
        assert (PICTURES / f"{name}.png").is_file(), name
