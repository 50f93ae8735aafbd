"""Several nodes are chosen by ticks; what the document holds are their births."""

from __future__ import annotations

from typing import Any

from designer.fields.field import DEFAULT
from designer.fields.make import field_for
from designer.fields.nodes import NONE, NodesField
from graph.catalogue import standard


def made(theme, qtbot) -> tuple[NodesField, list[Any]]:
    declared = standard().make("Adam", {}).params["trains"]
    field = field_for(declared, theme, nodes=[("born_g", "g"), ("d", "judge")])
    assert isinstance(field, NodesField)
    qtbot.addWidget(field)
    committed: list[Any] = []
    field.committed.connect(committed.append)
    return field, committed


def test_names_are_shown_and_births_committed(theme, qtbot) -> None:
    field, committed = made(theme, qtbot)
    field.show_value(())
    assert field.button.text() == NONE
    field.ticks["d"].trigger()
    field.ticks["born_g"].trigger()
    assert committed == [["d"], ["born_g", "d"]]
    assert field.button.text() == "g, judge"
    for born in ("d", "born_g"):
        field.ticks[born].trigger()
    assert committed[-1] is DEFAULT


def test_what_is_listed_and_gone_is_shown_and_can_be_taken_off(theme, qtbot) -> None:
    field, committed = made(theme, qtbot)
    field.show_value(["gone", "d"])
    assert field.button.text() == "judge, gone"
    field.ticks["gone"].trigger()
    assert committed == [["d"]]


def test_a_bad_value_is_no_obstacle(theme, qtbot) -> None:
    field, _ = made(theme, qtbot)
    field.show_value("d")
    assert field.button.text() == NONE
