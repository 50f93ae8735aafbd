"""The form for the parameters of a node, or of the run settings, made from their declarations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QToolButton

from designer import icons
from designer.fields.field import DEFAULT, Field
from designer.fields.make import field_for
from designer.fields.text import TextField, written
from designer.level import Level
from designer.panels.sections.fold import Fold
from designer.panels.sections.section import Section, words
from designer.theme import Theme
from graph import edits, queries
from graph.edits.blocks import PORTS
from graph.loops import axes_into
from graph.param import Param
from graph.records import SETTINGS, Node
from graph.roles import Optimizer
from graph.spec import Kind

Found = Mapping[str, tuple[str, ...]]
"""Names to choose from, by the parameter that they are for; by "" the columns of a file."""

LONG = 20
"""Signs that fit beside a name."""


class Row:
    """One parameter on screen: its name, its editor, the way back to the default, the sentence if a value is bad."""

    def __init__(self, declared: Param, field: Field, theme: Theme) -> None:
        self.name = QLabel(declared.name)
        self.name.setToolTip(declared.help)
        self.name.setBuddy(field)
        self.field = field
        self.back = QToolButton()
        self.back.setIcon(icons.icon("reset", theme.muted))
        self.back.setToolTip("Back to the default")
        self.back.setAccessibleName(f"{declared.name}: back to the default")
        self.wrong = words("", "error")
        self.wrong.hide()
        field.refused.connect(self._say)

    def show_value(self, value: Any, typed: bool) -> None:
        self.field.show_value(value)
        policy = self.back.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.back.setSizePolicy(policy)
        self.back.setVisible(typed)

    def show_if(self, wanted: bool) -> None:
        """Show the row, or hide it while it has no effect."""
        for part in (self.name, self.field):
            part.setVisible(wanted)
        policy = self.back.sizePolicy()
        policy.setRetainSizeWhenHidden(wanted)
        self.back.setSizePolicy(policy)

    def _say(self, sentence: str) -> None:
        self.wrong.setText(sentence)
        self.wrong.setVisible(bool(sentence))


def spaced(grid: QGridLayout) -> QGridLayout:
    """A grid with the distances of a form, in which the editors grow."""
    grid.setVerticalSpacing(6)
    grid.setHorizontalSpacing(6)
    grid.setColumnStretch(1, 1)
    return grid


def is_wide(declared: Param) -> bool:
    """Whether an editor stands below its name: what is typed there needs the whole width."""
    return declared.type in ("formula", "starts", "options", "nodes") or len(written(declared.default)) > LONG


class Parameters(Section):
    """All parameters, each with an editor that fits its type."""

    refused = Signal(str)
    sought = Signal(str)
    """The birth name of an optimizer whose learning rate is to be found."""

    def __init__(self, level: Level, theme: Theme, born: str, found: Found) -> None:
        super().__init__(level, theme, born)
        self.rows: dict[str, Row] = {}
        self.folds: dict[str, Fold] = {}
        self._values: dict[str, Any] = {}
        kind = self._kind()
        if born == SETTINGS and kind:
            title = QLabel("Run")
            title.setFont(theme.font("name"))
            self.box.addWidget(title)
        self._grid = spaced(QGridLayout())
        self.box.addLayout(self._grid)
        for declared in (kind.params if kind and not self._is_port() else {}).values():
            self._add(declared, found)
        self.refresh()
        if not self.rows:
            self.hide()

    def refresh(self) -> None:
        typed, given = self._typed(), self._given()
        for name, row in self.rows.items():
            if row.field.given != given:
                row.field.given = given
                self._values.pop(name, None)
            value = typed.get(name, row.field.declared.default)
            if (value, name in typed) != self._values.get(name):
                self._values[name] = (value, name in typed)
                row.show_value(value, name in typed)
        for name, row in self.rows.items():
            row.show_if(self._matters(row.field.declared, typed) or name in typed)
        for group, fold in self.folds.items():
            fold.tell(sum(self.rows[name].field.declared.group == group for name in typed if name in self.rows))

    def _matters(self, declared: Param, typed: dict[str, Any]) -> bool:
        """Whether a parameter has an effect with the values that the others have."""
        if declared.when is None:
            return True
        other, wanted = declared.when
        above = self.rows[other].field.declared
        return typed.get(other, above.default) in wanted and self._matters(above, typed)

    def _fold(self, group: str) -> Fold:
        """The part in which the parameters of a group stand."""
        if group not in self.folds:
            unfolded = self.level.unfolded
            made = self.folds[group] = Fold(group.capitalize(), self.theme, unfolded=group in unfolded)
            made.turned.connect(lambda on: (unfolded.add if on else unfolded.discard)(group))
            spaced(made.grid)
            self.box.addWidget(made)
        return self.folds[group]

    def _add(self, declared: Param, found: Found) -> None:
        names = found.get(declared.name, found.get("", ()) if declared.type == "column" else ())
        field = field_for(
            declared, self.theme, base=self.level.base, columns=names, nodes=self._nameable(declared)
        )  # fmt: skip
        field.given = self._given()
        field.setMinimumWidth(100)
        row = Row(declared, field, self.theme)
        if self._can_be_sought(declared) and isinstance(field, TextField):
            field.box.addWidget(self._seeker())
        field.committed.connect(lambda value: self.set(declared.name, value))
        row.back.clicked.connect(lambda: self.set(declared.name, DEFAULT))
        at, grid = 3 * len(self.rows), self._fold(declared.group).grid if declared.group else self._grid
        grid.addWidget(row.name, at, 0)
        if is_wide(declared):
            at += 1
            grid.addWidget(field, at, 0, 1, 2)
        else:
            grid.addWidget(field, at, 1)
        grid.addWidget(row.back, at, 2, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(row.wrong, at + 1, 0, 1, 3)
        self.rows[declared.name] = row

    def _can_be_sought(self, declared: Param) -> bool:
        kind = self._kind()
        return declared.name == "lr" and kind is not None and issubclass(kind, Optimizer) and bool(kind.torch)

    def _seeker(self) -> QToolButton:
        """Leads from a learning rate to the test that finds one."""
        button = QToolButton()
        button.setIcon(icons.icon("rate", self.theme.muted))
        button.setToolTip("Find a learning rate…")
        button.setAccessibleName("Find a learning rate")
        button.clicked.connect(lambda: self.sought.emit(self.born))
        return button

    def _is_port(self) -> bool:
        """Whether the node is a port of a block: what it gives comes in from outside."""
        document = self.level.document
        return bool(document.block) and self.present and document.node(self.born).kind in PORTS

    def _nameable(self, declared: Param) -> list[tuple[str, str]]:
        """Births and names of the nodes that a parameter can name."""
        if declared.type not in ("node", "nodes") or not self.present:
            return []
        found = [(node.born, node.id) for node in queries.nameable(self.level.document, self.born, declared.name)]
        return self._followed() or found if declared.name == "over" else found

    def _followed(self) -> list[tuple[str, str]]:
        """The nodes whose sequences enter the loop on which the node stands."""
        reading, records = self.level.reading, self.level.document.records
        loop = reading.loops.of(self.born)
        sources = [records.get(axis.source) for axis in axes_into(reading, loop)] if loop else []
        return [(source.born, source.id) for source in sources if isinstance(source, Node)]

    def _given(self) -> Mapping[str, Any] | None:
        """The parameters of the block that values can follow here."""
        inside = self.level.document.block and self.born != SETTINGS
        return self.level.reading.document.values if inside else None

    def set(self, name: str, value: Any) -> None:
        """Give a parameter a value, or its default: one step, joined with the steps just before it."""
        document = self.level.document
        self._values.pop(name, None)
        try:
            with self.level.history.step(f"Set {name}", merge=f"{self.born}.{name}"):
                if self.born == SETTINGS:
                    edits.set_run(document, name, None if value is DEFAULT else value)
                elif value is DEFAULT:
                    edits.reset_param(document, self.born, name)
                else:
                    edits.set_param(document, self.born, name, value)
        except edits.Refused as refusal:
            self.refused.emit(str(refusal))
        self.refresh()

    def _kind(self) -> type[Kind] | None:
        document = self.level.document
        if self.born == SETTINGS:
            return document.catalogue.get("Run")
        return document.kind(document.node(self.born))

    def _typed(self) -> dict[str, Any]:
        document = self.level.document
        if self.born == SETTINGS:
            return dict(document.settings.params)
        return dict(document.node(self.born).params) if self.present else {}
