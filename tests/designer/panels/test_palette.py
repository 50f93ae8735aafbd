"""The palette finds kinds by words, and hands them on by key, click and drag."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from designer.panels.palette import COUNT, KIND, MIME, MORE, Palette
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


def shown(palette, family):
    head = next(head for head in tops(palette) if head.text(0) == family)
    return [head.child(at) for at in range(head.childCount()) if not head.child(at).isHidden()]


def test_of_a_large_family_the_common_kinds_are_shown_and_a_row_that_brings_the_others(palette):
    few = shown(palette, "Activations")
    assert [row.text(0) for row in few[:-1]] == ["GELU", "ReLU", "Sigmoid", "Softmax", "Tanh"]
    assert few[-1].data(0, MORE)
    assert "Mish" in few[-1].toolTip(0)
    palette.tree.setCurrentItem(few[-1])
    QTest.keyClick(palette.tree, Qt.Key.Key_Return)
    assert all(row.data(0, KIND) for row in shown(palette, "Activations"))
    assert len(shown(palette, "Activations")) == len(dict(standard().families())["activation"])
    assert palette.marked == "CELU"
    palette.search.setText("relu")
    palette.search.clear()
    assert len(shown(palette, "Activations")) == len(dict(standard().families())["activation"])


def test_a_small_family_is_shown_whole(palette):
    assert [row.text(0) for row in shown(palette, "Merge")] == ["Add", "Concatenate", "Multiply"]


def test_families_say_how_many_kinds_they_have(palette):
    counts = {head.text(0): head.data(0, COUNT) for head in tops(palette)}
    assert counts["Merge"] == 3
    assert sum(counts.values()) == len(standard().drawn())


def test_a_palette_that_waits_is_filled_when_it_is_told_to_or_typed_into(theme, qtbot):
    waiting = Palette(standard(), theme, filled=False)
    qtbot.addWidget(waiting)
    assert rows(waiting) == []
    waiting.look_again()
    theme.set_dark(False)
    assert rows(waiting) == []
    QTest.keyClicks(waiting.search, "relu")
    assert rows(waiting)
