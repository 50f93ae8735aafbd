"""The drawing itself leaves as a picture, drawn by the canvas."""

from pathlib import Path

import pytest

from runtime.exports import export
from tests.contracts.test_exports import take


@pytest.mark.parametrize(("form", "begins"), [("svg", b"<?xml"), ("pdf", b"%PDF"), ("png", b"\x89PNG")])
def test_a_picture_of_the_drawing(form: str, begins: bytes, tmp_path: Path) -> None:
    said = export(form, take("iris-mlp"), tmp_path / f"graph.{form}")
    assert (tmp_path / f"graph.{form}").read_bytes().startswith(begins)
    assert said == f"Drew graph.{form}."
