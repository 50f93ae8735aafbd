"""The drawing itself leaves as a picture, drawn by the canvas."""

from pathlib import Path

import pytest

from runtime import cli
from runtime.exports import export
from tests.contracts.test_exports import take
from tests.runtime.drawings import EXAMPLES


@pytest.mark.parametrize(("form", "begins"), [("svg", b"<?xml"), ("pdf", b"%PDF"), ("png", b"\x89PNG")])
def test_a_picture_of_the_drawing(form: str, begins: bytes, tmp_path: Path) -> None:
    said = export(form, take("iris-mlp"), tmp_path / f"graph.{form}")
    assert (tmp_path / f"graph.{form}").read_bytes().startswith(begins)
    assert said == f"Drew graph.{form}."


def test_the_command_line_draws_figures_and_says_where_there_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawing, out = str(EXAMPLES / "iris-mlp.loom"), tmp_path / "columns.svg"
    assert cli.main(["export", drawing, "--to", "svg", "--figure", "columns", "--look", "paper", "-o", str(out)]) == 0
    assert "Linear 16 · ReLU" in out.read_text(encoding="utf-8")
    drawing = str(EXAMPLES / "unet-shapes.loom")
    assert cli.main(["export", drawing, "--to", "svg", "--figure", "columns", "-o", str(tmp_path / "none.svg")]) == 1
    assert "Columns of neurons need" in capsys.readouterr().err
    assert not (tmp_path / "none.svg").exists()
