"""The form for the parameters of a node, or of the run settings, made from their declarations."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QToolButton

from designer import icons
from designer.fields.field import DEFAULT, Field
from designer.fields.make import field_for
from designer.panels.sections.section import Section, words
from designer.session import Session
from designer.theme import Theme
from graph import edits
from graph.param import Param
from graph.records import SETTINGS
from graph.spec import Kind


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

    def _say(self, sentence: str) -> None:
        self.wrong.setText(sentence)
        self.wrong.setVisible(bool(sentence))


class Parameters(Section):
    """All parameters, each with an editor that fits its type."""

    refused = Signal(str)

    def __init__(self, session: Session, theme: Theme, born: str, columns: tuple[str, ...]) -> None:
        super().__init__(session, theme, born)
        self.rows: dict[str, Row] = {}
        self._values: dict[str, Any] = {}
        kind = self._kind()
        if born == SETTINGS and kind:
            title = QLabel("Run")
            title.setFont(theme.font("name"))
            self.box.addWidget(title)
        self._grid = QGridLayout()
        self._grid.setVerticalSpacing(6)
        self._grid.setHorizontalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self.box.addLayout(self._grid)
        for declared in (kind.params if kind else {}).values():
            self._add(declared, columns)
        self.refresh()
        if not self.rows:
            self.hide()

    def refresh(self) -> None:
        typed = self._typed()
        for name, row in self.rows.items():
            value = typed.get(name, row.field.declared.default)
            if (value, name in typed) != self._values.get(name):
                self._values[name] = (value, name in typed)
                row.show_value(value, name in typed)

    def _add(self, declared: Param, columns: tuple[str, ...]) -> None:
        field = field_for(declared, self.theme, base=self.session.base, columns=columns)
        field.setMinimumWidth(128)
        row = Row(declared, field, self.theme)
        field.committed.connect(lambda value: self.set(declared.name, value))
        row.back.clicked.connect(lambda: self.set(declared.name, DEFAULT))
        at = 2 * len(self.rows)
        self._grid.addWidget(row.name, at, 0)
        self._grid.addWidget(field, at, 1)
        self._grid.addWidget(row.back, at, 2, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(row.wrong, at + 1, 0, 1, 3)
        self.rows[declared.name] = row

    def set(self, name: str, value: Any) -> None:
        """Give a parameter a value, or its default: one step, joined with the steps just before it."""
        document = self.session.document
        self._values.pop(name, None)
        try:
            with self.session.history.step(f"Set {name}", merge=f"{self.born}.{name}"):
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
        document = self.session.document
        if self.born == SETTINGS:
            return document.catalogue.get("Run")
        return document.kind(document.node(self.born))

    def _typed(self) -> dict[str, Any]:
        document = self.session.document
        if self.born == SETTINGS:
            return dict(document.settings.params)
        return dict(document.node(self.born).params) if self.present else {}
