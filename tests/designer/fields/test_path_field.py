"""Files and folders are typed or chosen, and kept as seen from the drawing's folder."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog, QToolButton

from designer.fields.make import field_for
from designer.fields.path import PathField
from graph.catalogue import standard


@pytest.mark.parametrize(
    ("kind", "wish", "asked"),
    [("Arrays", "Choose a file", "getOpenFileName"), ("ImageFolder", "Choose a folder", "getExistingDirectory")],
)
def test_a_button_looks_for_what_the_kind_wants(
    kind: str, wish: str, asked: str, theme: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = standard().get(kind).params["path"]
    field = field_for(declared, theme, base=tmp_path)
    assert isinstance(field, PathField)
    qtbot.addWidget(field)
    chosen = str(tmp_path / "below" / "it")
    answers = (chosen, "") if asked == "getOpenFileName" else chosen
    monkeypatch.setattr(QFileDialog, asked, lambda *arguments: answers)
    button = next(button for button in field.findChildren(QToolButton) if button.toolTip() == wish)
    with qtbot.waitSignal(field.committed) as told:
        button.click()
    assert told.args == ["below/it"]
