"""An error of the program itself is written down and said."""

import sys
from pathlib import Path

import pytest

from designer import mishaps


def test_an_error_is_written_down_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    told: list[str] = []
    file = tmp_path / "state" / "errors.log"
    mishaps.catch(file, told.append)
    try:
        raise ZeroDivisionError("by nothing")
    except ZeroDivisionError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    assert str(file) in told[0]
    assert "ZeroDivisionError: by nothing" in file.read_text(encoding="utf-8")
