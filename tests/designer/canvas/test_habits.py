"""A search at the end of a wire learns from what the user does."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from designer.habits import Habits
from tests.designer.canvas.stage import Stage


def offered(stage: Stage) -> list[str]:
    stage.press("pool1.y").drag_to((600, 60)).release()
    found = stage.view.overlays.search.kinds()
    QTest.keyClick(stage.view.overlays.search.field, Qt.Key.Key_Escape)
    return found


def test_what_is_wired_often_comes_first_and_is_kept_on_this_machine(chain: Stage, tmp_path: Path) -> None:
    chain.view.overlays.finder.habits = Habits(tmp_path / "state" / "usual.txt")
    assert offered(chain)[0] != "Mish"
    for _ in range(8):
        chain.press("pool1.y").drag_to((600, 60)).release()
        chain.type("mish")
        QTest.keyClick(chain.view.overlays.search.field, Qt.Key.Key_Return)
        chain.settle()
        chain.history.undo()
    assert offered(chain)[0] == "Mish"
    chain.press("pool1.y").drag_to("fc1.x").release()
    text = (tmp_path / "state" / "usual.txt").read_text()
    assert text == "1 MaxPool2d.y -> Linear.x\n8 MaxPool2d.y -> Mish.x\n"
    chain.history.undo()
    chain.view.overlays.finder.habits = Habits(tmp_path / "state" / "usual.txt")
    assert offered(chain)[0] == "Mish"


def test_a_folder_that_cannot_be_written_stops_nobody(chain: Stage, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    chain.view.overlays.finder.habits = Habits(tmp_path / "file" / "usual.txt")
    chain.press("pool1.y").drag_to("fc1.x").release()
    assert "pool1.y -> fc1.x" in chain.wires()
