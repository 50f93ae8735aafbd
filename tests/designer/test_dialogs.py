"""The dialogs do what they say, ask before something is lost, and say in a sentence what went wrong."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel
from safetensors.numpy import load_file

from designer.dialogs.export import ExportDialog
from designer.dialogs.preferences import PreferencesDialog
from designer.dialogs.recovery import UNREADABLE, RecoveryDialog
from designer.dialogs.shortcuts import ShortcutsDialog
from designer.dialogs.weights import with_weights
from designer.dialogs.writing import message, portable, same_model
from designer.preferences import Preferences
from designer.session import Session, begun
from designer.theme import Theme
from graph import edits, project
from graph.catalogue import standard
from graph.document import Document
from graph.journal import Journal, Lost, recoverable
from runtime.assets import template
from runtime.exports import FORMS
from runtime.protocol import CHECKPOINTS, LAST, PROJECT, Epoch, Figure, Job, State, Status, write_text
from runtime.recorder import Recorder
from runtime.runs import Run

ROWS = [("File", "Save as…", ("Ctrl+Shift+S",)), ("Edit", "Undo", ("Ctrl+Z", "Alt+Backspace")), ("Edit", "Cut", ())]


def xor_text() -> str:
    found = template("xor-neurons")
    assert found is not None
    return found.text()


@pytest.fixture
def session(qapp, tmp_path: Path) -> Iterator[Session]:
    made = begun(xor_text(), standard(), tmp_path / "journals", "xor")
    yield made
    made.close()


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A run that trained the drawing and left weights (their content does not matter here)."""
    folder = tmp_path / "runs" / "xor-001"
    (folder / CHECKPOINTS).mkdir(parents=True)
    with Recorder(folder) as recorder:
        recorder.begin(Job(key="1", created=1.0, figures=(Figure(id="loss"),), watch="loss", base=str(tmp_path)))
        recorder.epoch(Epoch(epoch=1, step=1, validation={"loss": 0.25}))
        recorder.status(Status(state=State.FINISHED, epochs=1))
    write_text(folder / PROJECT, xor_text())
    (folder / CHECKPOINTS / LAST).write_bytes(b"weights")
    return Run(folder)


@pytest.fixture
def dialog(qtbot, session: Session, theme: Theme, tmp_path: Path) -> Iterator[ExportDialog]:
    made = ExportDialog(session, None, theme)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.out.setText(str(tmp_path / "out" / "x"))
    made.show()
    yield made
    made.writing.stop()


# --- export


def test_each_form_has_a_row_and_a_place_of_its_own(dialog: ExportDialog, tmp_path: Path) -> None:
    assert set(FORMS) - set(dialog.forms) == {"svg", "pdf", "png"}, "pictures have a dialog of their own"
    for name in dialog.forms:
        form = FORMS[name]
        dialog.choose(name)
        assert dialog.form is form
        assert dialog.out.text() == str(tmp_path / "out" / ("xor" + (form.suffix or "-python")))


def test_a_file_that_exists_is_replaced_only_if_the_user_says_so(qtbot, dialog: ExportDialog) -> None:
    dialog.choose("weights")
    out = Path(dialog.out.text())
    out.parent.mkdir()
    out.write_text("mine", encoding="utf-8")
    asked: list[str] = []
    dialog.confirm = lambda question: bool(asked.append(question))
    dialog.export()
    assert out.read_text(encoding="utf-8") == "mine"
    assert asked == ["xor.safetensors exists. It will be replaced."]
    assert not dialog.writing.busy
    dialog.confirm = lambda question: True
    with qtbot.waitSignal(dialog.writing.ended, timeout=60_000):
        dialog.export()
    assert "h.weight" in load_file(out)


def test_weights_are_written_by_a_process_of_its_own(qtbot, dialog: ExportDialog) -> None:
    dialog.choose("weights")
    dialog.export()
    assert dialog.writing.busy
    assert dialog.progress.isVisible()
    assert not dialog.button.isEnabled()
    with qtbot.waitSignal(dialog.writing.ended, timeout=60_000) as ended:
        pass
    assert ended.args[0] is True, dialog.told.text()
    assert set(load_file(dialog.out.text())) == {"h.weight", "h.bias", "out.weight", "out.bias"}
    assert dialog.told.text() == ended.args[1]
    assert (dialog.progress.isVisible(), dialog.button.isEnabled()) == (False, True)


def test_writing_can_be_cancelled(qtbot, dialog: ExportDialog) -> None:
    dialog.choose("onnx")
    dialog.export()
    assert dialog.close_button.text() == "Cancel"
    qtbot.mouseClick(dialog.close_button, Qt.MouseButton.LeftButton)
    assert not dialog.writing.busy
    assert dialog.isVisible()
    assert dialog.told.text() == "Cancelled; nothing was written."
    assert not Path(dialog.out.text()).exists()
    assert dialog.close_button.text() == "Close"


def test_a_drawing_with_an_error_is_not_written_and_the_error_is_told(session: Session, dialog: ExportDialog) -> None:
    wire = next(wire for wire in session.document.wires() if wire.target_port == "prediction")
    edits.remove(session.document, [wire.key])
    session.reading.settle()
    dialog.choose("python")
    dialog.export()
    assert not dialog.writing.busy
    errors = [one.message for one in session.reading.diagnostics() if one.level == "error"]
    assert dialog.told.text() == errors[0]


def test_the_runs_of_the_drawing_are_offered_and_the_watched_one_is_chosen(qtbot, session, theme, run: Run) -> None:
    made = ExportDialog(session, run, theme)
    qtbot.addWidget(made)
    assert made.weights.run == run
    assert made.weights.currentText().startswith("xor-001 · loss 0.2500 · ")
    made.weights.setCurrentIndex(made.weights.count() - 1)
    assert made.weights.run is None


def test_a_run_without_weights_is_not_offered(session: Session, run: Run) -> None:
    assert with_weights(session, run) == [run]
    (run.path / CHECKPOINTS / LAST).unlink()
    assert with_weights(session, run) == []


def test_a_drawing_that_has_changed_since_the_run_is_taken_as_it_was_trained(qtbot, session, theme, run) -> None:
    same = ExportDialog(session, run, theme)
    qtbot.addWidget(same)
    assert same.as_trained.isHidden()
    edits.set_run(session.document, "epochs", 3)
    changed = ExportDialog(session, run, theme)
    qtbot.addWidget(changed)
    assert not changed.as_trained.isHidden()
    assert changed.as_trained.isChecked()
    given: list[str] = []
    changed.out.setText("somewhere/xor")
    changed.writing.start = lambda text, *rest: given.append(text)
    changed.export()
    changed.as_trained.setChecked(False)
    changed.export()
    trained, present = (project.parse(text, standard()) for text in given)
    assert trained.settings.params.get("epochs") != 3
    assert present.settings.params["epochs"] == 3


def test_only_what_a_model_is_counts_as_a_change() -> None:
    one, other = (project.parse(xor_text(), standard()) for _ in range(2))
    node = other.nodes()[0]
    edits.move(other, {node.born: (999.0, 9.0)})
    assert same_model(one, other)
    edits.rename(other, node.born, "other_name")
    assert not same_model(one, other)


def test_paths_of_data_stay_right_in_another_folder(tmp_path: Path) -> None:
    document = Document(standard())
    csv = edits.add(document, "CSV", id="csv", params={"path": "data/irises.csv"})
    copy = project.parse(portable(document, tmp_path), standard())
    assert copy.node(csv).params["path"] == str(tmp_path / "data" / "irises.csv")
    assert document.node(csv).params["path"] == "data/irises.csv"


def test_the_last_object_with_a_message_speaks() -> None:
    assert message('{"event": "a", "message": "no"}\n{"event": "b", "message": "yes"}\nnoise') == "yes"
    assert message("noise\n{}\n") == ""


# --- recovery


@pytest.fixture
def crash(tmp_path: Path) -> Callable[..., None]:
    """Leaves a journal with unsaved changes, as a killed window would."""

    def leave(path: Path | None = None, changes: int = 2) -> None:
        document = project.parse(xor_text(), standard())
        journal = Journal(document, tmp_path / "lost", path=path)
        for _ in range(changes):
            edits.add(document, "ReLU")
        journal._shut()
        journal._lock.give_back()

    return leave


@pytest.fixture
def recovery(qtbot, tmp_path: Path, theme: Theme) -> Iterator[Callable[[], RecoveryDialog]]:
    made: list[RecoveryDialog] = []

    def ask() -> RecoveryDialog:
        made.append(RecoveryDialog(recoverable(tmp_path / "lost"), theme))
        qtbot.addWidget(made[-1])
        return made[-1]

    yield ask
    for dialog in made:
        for one in dialog._lost:
            one.release()
    gc.collect()


def test_all_is_recovered_unless_the_user_says_otherwise(crash, recovery, tmp_path: Path) -> None:
    crash(tmp_path / "net.loom")
    crash()
    dialog = recovery()
    back: list[Lost] = []
    dialog.recovered.connect(back.append)
    dialog.done(QDialog.DialogCode.Accepted)
    assert sorted(one.title for one in back) == ["Untitled", "net"]
    assert recoverable(tmp_path / "lost") == [], "they are ours until whoever took them over lets them go"
    for one in back:
        one.discard()
    assert list((tmp_path / "lost").glob("*.journal")) == []


def test_what_is_discarded_is_gone_and_what_is_put_off_comes_again(crash, recovery, tmp_path: Path) -> None:
    crash(tmp_path / "a.loom")
    crash(tmp_path / "b.loom")
    dialog = recovery()
    names = [one.title for one in dialog._lost]
    back: list[Lost] = []
    dialog.recovered.connect(back.append)
    for choice, wish in zip(dialog.choices, ("discard", "later"), strict=True):
        choice.setCurrentIndex(choice.findData(wish))
    dialog.done(QDialog.DialogCode.Accepted)
    assert back == []
    assert [one.title for one in recovery()._lost] == names[1:]


def test_closed_without_an_answer_everything_comes_again(crash, recovery, tmp_path: Path) -> None:
    crash(tmp_path / "a.loom")
    recovery().reject()
    assert [one.title for one in recovery()._lost] == ["a"]


def test_work_that_cannot_be_read_can_only_be_kept_or_discarded(crash, recovery, tmp_path: Path) -> None:
    crash(tmp_path / "a.loom")
    file = next((tmp_path / "lost").glob("*.journal"))
    file.write_text(
        file.read_text(encoding="utf-8").replace('\\"version\\": 1', '\\"version\\": 999'), encoding="utf-8"
    )
    dialog = recovery()
    assert dialog.choices[0].findData("recover") == -1
    assert dialog.choices[0].currentData() == "later"
    assert UNREADABLE in {label.text() for label in dialog.findChildren(QLabel)}


# --- shortcuts and preferences


def test_every_command_that_has_a_key_is_listed(qtbot, theme: Theme) -> None:
    dialog = ShortcutsDialog(ROWS, theme)
    qtbot.addWidget(dialog)
    assert dialog.shown()[:2] == ["Save as", "Undo"]
    assert "Cut" not in dialog.shown()


@pytest.mark.parametrize(("typed", "found"), [("undo", ["Undo"]), ("ctrl+shift+s", ["Save as"]), ("edit", ["Undo"])])
def test_typing_narrows_the_list_by_command_key_and_menu(qtbot, theme: Theme, typed: str, found: list[str]) -> None:
    dialog = ShortcutsDialog(ROWS, theme)
    qtbot.addWidget(dialog)
    qtbot.keyClicks(dialog.search, typed)
    assert dialog.shown() == found


def test_a_search_that_finds_nothing_says_so(qtbot, theme: Theme) -> None:
    dialog = ShortcutsDialog(ROWS, theme)
    qtbot.addWidget(dialog)
    dialog.search.setText("teleport")
    assert dialog.shown() == []
    assert not dialog.none.isHidden()
    dialog.search.clear()
    assert dialog.none.isHidden()


def test_the_look_counts_at_once(qtbot, theme: Theme, tmp_path: Path) -> None:
    preferences = Preferences(tmp_path / "p.ini")
    dialog = PreferencesDialog(preferences, theme)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.look.setFocus()
    qtbot.keyClick(dialog.look, Qt.Key.Key_Down)
    assert preferences.look == "dark"
    dialog.hide()
    again = PreferencesDialog(preferences, theme)
    qtbot.addWidget(again)
    assert again.look.currentText() == "Dark"


def test_the_list_of_recent_drawings_can_be_cleared(qtbot, theme: Theme, tmp_path: Path) -> None:
    preferences = Preferences(tmp_path / "p.ini")
    for name in "abc":
        preferences.note_recent(tmp_path / name)
    dialog = PreferencesDialog(preferences, theme)
    qtbot.addWidget(dialog)
    assert dialog.recent.text() == "3 listed"
    qtbot.mouseClick(dialog.clear, Qt.MouseButton.LeftButton)
    assert preferences.recent == []
    assert not dialog.clear.isEnabled()
