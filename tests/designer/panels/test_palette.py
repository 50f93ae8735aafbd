"""The palette finds kinds by words, and hands them on by key, click and drag."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from designer.panels.palette import KIND, MIME, Palette
from graph.catalogue import standard


@pytest.fixture
def palette(theme, qtbot):
    made = Palette(standard(), theme, closed=["loss"])
    qtbot.addWidget(made)
    return made


def tops(palette):
    return [palette.tree.topLevelItem(at) for at in range(palette.tree.topLevelItemCount())]


def rows(palette):
    """All rows that stand for a kind, folded ones too."""
    every = [row for top in tops(palette) for row in (top, *(top.child(at) for at in range(top.childCount())))]
    return [row for row in every if row.data(0, KIND)]


def test_every_kind_that_can_be_drawn_is_there_once(palette):
    assert sorted(row.data(0, KIND) for row in rows(palette)) == sorted(kind.name() for kind in standard().drawn())


def test_typing_and_enter_choose_the_best_match_without_leaving_the_line(palette):
    chosen = []
    palette.chosen.connect(chosen.append)
    QTest.keyClicks(palette.search, "conv")
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert chosen == ["Conv2d"]


def test_words_that_fit_nothing_say_what_to_do(palette):
    QTest.keyClicks(palette.search, "zzz")
    assert not palette.none.isHidden()
    assert rows(palette) == []
    QTest.keyClick(palette.search, Qt.Key.Key_Escape)
    assert palette.none.isHidden()
    assert rows(palette)


def test_a_dragged_row_carries_the_name_of_its_kind(palette):
    row = next(row for row in rows(palette) if row.data(0, KIND) == "Linear")
    assert bytes(palette.tree.mimeData([row]).data(MIME).data()) == b"Linear"


def test_folded_families_are_remembered_and_told(palette):
    told = []
    palette.folded.connect(told.append)
    heads = {head.text(0): head for head in tops(palette)}
    assert not heads["Losses"].isExpanded()
    heads["Losses"].setExpanded(True)
    heads["Data"].setExpanded(False)
    assert told == [set(), {"data"}]
