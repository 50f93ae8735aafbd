"""Dialogs do what they say: recovery gives back all, export writes, preferences count at once."""

from PySide6.QtWidgets import QDialog

from designer.dialogs.export import portable
from designer.dialogs.preferences import PreferencesDialog
from designer.dialogs.recovery import RecoveryDialog, ago
from designer.dialogs.shortcuts import ShortcutsDialog
from designer.preferences import Preferences
from graph import edits, project
from graph.catalogue import standard
from graph.document import Document
from graph.journal import Journal, recoverable
from tests.designer.conftest import digits_net


def crash(folder, verb):
    """A journal whose owner has gone without closing it."""
    document = Document(standard())
    journal = Journal(document, folder)
    verb(document)
    journal._shut()
    journal._lock.give_back()
    return document


def test_recovery_gives_back_what_was_drawn_and_then_forgets_it(tmp_path, theme, qtbot):
    lost_work = crash(tmp_path, digits_net)
    dialog = RecoveryDialog(recoverable(tmp_path), theme)
    qtbot.addWidget(dialog)
    found = []

    def take(lost):
        found.append(lost.document(standard()))
        lost.discard()

    dialog.recovered.connect(take)
    dialog.done(QDialog.DialogCode.Accepted)
    assert [document.records for document in found] == [lost_work.records]
    assert recoverable(tmp_path) == []


def test_recovery_closed_without_an_answer_keeps_everything(tmp_path, theme, qtbot):
    crash(tmp_path, digits_net)
    dialog = RecoveryDialog(recoverable(tmp_path), theme)
    qtbot.addWidget(dialog)
    dialog.done(QDialog.DialogCode.Rejected)
    (kept,) = recoverable(tmp_path)
    kept.discard()


def test_discarded_work_is_gone(tmp_path, theme, qtbot):
    crash(tmp_path, digits_net)
    dialog = RecoveryDialog(recoverable(tmp_path), theme)
    qtbot.addWidget(dialog)
    dialog.choices[0].setCurrentIndex(dialog.choices[0].findData("discard"))
    dialog.done(QDialog.DialogCode.Accepted)
    assert recoverable(tmp_path) == []


def test_a_drawing_that_is_taken_elsewhere_finds_its_data(tmp_path):
    document = Document(standard())
    edits.add(document, "CSV", id="table", params={"path": "data/table.csv"})
    copy = project.parse(portable(document, tmp_path), standard())
    assert copy.find("table").params["path"] == str(tmp_path / "data" / "table.csv")
    assert document.find("table").params["path"] == "data/table.csv"


def test_the_look_counts_at_once(tmp_path, theme, qtbot):
    preferences = Preferences(tmp_path / "preferences.ini")
    dialog = PreferencesDialog(preferences, theme)
    qtbot.addWidget(dialog)
    dialog.look.activated.emit(dialog.look.findData("light"))
    assert Preferences(tmp_path / "preferences.ini").look == "light"


def test_typing_narrows_the_keys_down(theme, qtbot):
    dialog = ShortcutsDialog([("Edit", "Undo", ["Ctrl+Z"]), ("Run", "Train", ["F5"])], theme)
    qtbot.addWidget(dialog)
    dialog.search.setText("train")
    assert dialog.shown() == ["Train"]


def test_ago_is_said_in_words():
    assert [ago(seconds) for seconds in (5, 60, 7300, 90000)] == [
        "just now", "1 minute ago", "2 hours ago", "1 day ago",
    ]  # fmt: skip
