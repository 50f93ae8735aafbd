"""Chooses the editor for a parameter from its declaration."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from designer.fields.choice import ChoiceField
from designer.fields.field import Field
from designer.fields.node import NodeField
from designer.fields.nodes import NodesField
from designer.fields.path import PathField
from designer.fields.text import TextField
from designer.fields.toggle import ToggleField
from designer.theme import Theme
from graph.param import Param


def field_for(
    declared: Param,
    theme: Theme,
    *,
    base: Path | None = None,
    columns: tuple[str, ...] = (),
    nodes: Sequence[tuple[str, str]] = (),
) -> Field:
    """An editor; `columns` are the names found to choose from, `base` the folder of the drawing.

    `nodes` are the births and names of the nodes that it can name.
    """
    match declared.type:
        case "bool":
            field: Field = ToggleField(declared, theme)
        case "choice":
            field = ChoiceField(declared, theme)
        case "column" | "name" if columns:
            field = ChoiceField(declared, theme, columns)
        case "node":
            field = NodeField(declared, theme, nodes)
        case "nodes":
            field = NodesField(declared, theme, nodes)
        case "path" | "folder":
            field = PathField(declared, theme, base)
        case "formula" | "starts":
            field = _formula(declared, theme)
        case _:
            field = TextField(declared, theme)
    field.setToolTip(declared.help)
    field.setAccessibleName(declared.name)
    field.setAccessibleDescription(declared.help)
    return field


def _formula(declared: Param, theme: Theme) -> Field:
    from designer.fields.formula import FormulaField  # with the grammar, which few drawings need

    return FormulaField(declared, theme)
