"""The inspector: what the selected node is, what can be set, what it measures, and the source it becomes."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import delete, isValid

from designer.level import Level
from designer.panels.sections.block import BlockForm
from designer.panels.sections.facts import Facts
from designer.panels.sections.head import Head
from designer.panels.sections.lines import Lines
from designer.panels.sections.overview import Overview
from designer.panels.sections.parameters import Found, Parameters
from designer.panels.sections.placement import PlacementForm
from designer.panels.sections.problems import NodeProblems
from designer.panels.sections.scenery import form_of
from designer.panels.sections.weights import Weights
from designer.panels.sections.wire import WireWeight
from designer.source import LiveSource
from designer.theme import Theme
from graph import queries
from graph.blocks import Placement
from graph.patch import Patch
from graph.records import SETTINGS


class Inspector(QScrollArea):
    """Follows the selection. With nothing selected it shows the drawing as a whole and the settings of its runs."""

    refused = Signal(str)
    offered = Signal(object)
    asked = Signal(str)
    entered = Signal(str)
    sought = Signal(str)

    def __init__(self, level: Level, source: LiveSource, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._level, self._source, self._theme = level, source, theme
        self._shown: object = ()
        self.sections: list[QWidget] = []
        self._sheet: QWidget | None = None
        holder = QWidget()
        holder.setProperty("role", "sheet")
        self._column = QVBoxLayout(holder)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.setWidget(holder)
        self._overall: tuple[QWidget, list[QWidget]] | None = None
        """The form for nothing selected, which is kept: it is shown again and again, and is the largest."""
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(304)
        self.setAccessibleName("Inspector")
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self.show_selection)
        level.selection.changed.connect(self._turn.start)
        level.bridge.patched.connect(self._follow)
        level.bridge.read.connect(self._read)
        source.changed.connect(self._refresh)
        theme.changed.connect(self.rebuild)
        self.show_selection()

    def show_selection(self) -> None:
        """Build the form for what is selected, unless it stands already."""
        born = self._level.selection.single
        many = tuple(self._level.selection.births) if born is None else ()
        kind = self._level.document.node(born).kind if born else None
        found = self._found(born) if born else {}
        wire = self._wire if born is None and not many else None
        piece = self._piece if born is None and not many and wire is None else None
        wanted = (born, kind, many, found, wire, piece, self._form(born))
        if wanted != self._shown:
            self._shown = wanted
            self._build(born, many, found, wire or piece)
        self._refresh()

    def _form(self, born: str | None) -> tuple[object, ...]:
        """What the form of a node depends on beside its kind: the parameters of its block, the nodes it can name."""
        document = self._level.document
        kind = document.kind(document.node(born)) if born else None
        if born is None or kind is None:
            return ()
        named = [name for name, declared in kind.params.items() if declared.type == "node"]
        nodes = [(node.born, node.id) for name in named for node in queries.nameable(document, born, name)]
        return tuple((name, declared.type, declared.default) for name, declared in kind.params.items()), tuple(nodes)

    @property
    def parameters(self) -> Parameters | None:
        """The part of the form in which values are set."""
        return next((section for section in self.sections if isinstance(section, Parameters)), None)

    def rebuild(self) -> None:
        """Build the form anew."""
        kept, self._overall, self._shown = self._overall, None, ()
        self.show_selection()
        if kept is not None and isValid(kept[0]):
            delete(kept[0])

    def focus_name(self) -> None:
        """Put the cursor into the name of the node."""
        if self.sections and isinstance(self.sections[0], Head):
            self.sections[0].name.setFocus()
            self.sections[0].name.selectAll()

    @property
    def _wire(self) -> str | None:
        """The key of the one selected wire, if exactly one is."""
        wires = self._level.selection.wires
        return wires[0] if len(wires) == 1 else None

    @property
    def _piece(self) -> str | None:
        """The key of the one selected frame or note, if exactly one is."""
        scenery = self._level.selection.scenery
        return scenery[0] if len(scenery) == 1 else None

    def focus_weight(self, text: str = "") -> None:
        """Put the cursor into the weight of the selected wire; `text` is the beginning of another one."""
        self.show_selection()
        if self.sections and isinstance(self.sections[0], WireWeight):
            self.sections[0].focus(text)

    def _build(self, born: str | None, many: tuple[str, ...], found: Found, key: str | None = None) -> None:
        held = _held(self)
        self._put_away()
        if born is None and key is None and not many:
            self._overall = self._overall or _laid_out(self._column, self._overall_sections())
            sheet, self.sections = self._overall
        elif key is not None:
            make = form_of if key in self._level.selection.scenery else WireWeight
            sheet, self.sections = _laid_out(self._column, [make(self._level, self._theme, key)])
        elif born is not None:
            sheet, self.sections = _laid_out(self._column, self._node_sections(born, found))
        else:
            sheet, self.sections = _laid_out(self._column, [Overview(self._level, self._source, self._theme, many)])
        self._show(sheet)
        for before, behind in pairwise((self, *_by_tab(sheet))):
            self.setTabOrder(before, behind)  # a new form would be the last that Tab comes to in the window
        if held is not None:
            _focus(self, sheet, held)

    def _put_away(self) -> None:
        """The form goes; that for nothing selected waits until it is wanted again."""
        if self._overall is not None and self._sheet is self._overall[0]:
            self._sheet.hide()
        elif self._sheet is not None:
            delete(self._sheet)

    def _show(self, sheet: QWidget) -> None:
        self._sheet = sheet
        sheet.show()
        self.verticalScrollBar().setValue(0)

    def _node_sections(self, born: str, found: Found) -> list[QWidget]:
        level, theme = self._level, self._theme
        self._source.watch()
        parameters = Parameters(level, theme, born, found)
        parameters.refused.connect(self.refused)
        parameters.sought.connect(self.sought)
        head = Head(level, theme, born)
        head.refused.connect(self.refused)
        head.asked.connect(self.asked)
        problems = NodeProblems(level, theme, born)
        problems.offered.connect(self.offered)
        sections: list[QWidget] = [head, problems, parameters]
        kind = level.document.kind(level.document.node(born))
        if kind is not None and issubclass(kind, Placement):
            placement = PlacementForm(level, theme, born)
            placement.entered.connect(self.entered)
            placement.refused.connect(self.refused)
            sections.insert(1, placement)
        if level.document.node(born).kind == "Neuron":
            sections.append(Weights(level, theme, born))
        return [*sections, Facts(level, theme, born), Lines(self._source, theme, born)]

    def _overall_sections(self) -> list[QWidget]:
        overview = Overview(self._level, self._source, self._theme, ())
        if self._level.document.block:
            block = BlockForm(self._level, self._theme)
            block.refused.connect(self.refused)
            return [overview, block]
        parameters = Parameters(self._level, self._theme, SETTINGS, {})
        parameters.refused.connect(self.refused)
        return [overview, parameters]

    def _found(self, born: str) -> Found:
        """By parameter the names to choose from that an inspection has told; by "" the columns of the node's file."""
        facts = self._level.reading.facts(born) or {}
        told = facts.get("columns", ())
        names = (column.get("name") if isinstance(column, dict) else column for column in told)
        return {"": tuple(map(str, names)), **{name: tuple(told) for name, told in facts.get("names", {}).items()}}

    def _follow(self, patch: Patch) -> None:
        self._turn.start()

    def _read(self, keys: frozenset[str]) -> None:
        self._turn.start()

    def _refresh(self) -> None:
        for section in self.sections:
            section.refresh()  # type: ignore[attr-defined]


def _laid_out(column: QVBoxLayout, sections: list[QWidget]) -> tuple[QWidget, list[QWidget]]:
    """A form of some parts, with them; it comes into its place first, which is quicker."""
    sheet = QWidget()
    column.addWidget(sheet)
    box = QVBoxLayout(sheet)
    box.setContentsMargins(16, 14, 16, 16)
    box.setSpacing(14)
    for section in sections:
        box.addWidget(section)
    box.addStretch()
    return sheet, sections


def _held(inspector: QWidget) -> str | None:
    """What the part of the inspector is called that has the keyboard; None if none of them has it."""
    focused = QApplication.focusWidget()
    inside = focused is not None and (focused is inspector or inspector.isAncestorOf(focused))
    return focused.accessibleName() if focused is not None and inside else None


def _focus(inspector: QWidget, sheet: QWidget, name: str) -> None:
    """Give the keyboard to the part that is called so now, else to the inspector: it is never lost by a new form."""
    found = next((part for part in _by_tab(sheet) if part.accessibleName() == name), inspector)
    found.setFocus(Qt.FocusReason.OtherFocusReason)


def _by_tab(sheet: QWidget) -> list[QWidget]:
    """What Tab reaches there, in its order; the list that a field opens is a window of its own."""
    parts = (part for part in sheet.findChildren(QWidget) if part.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return [part for part in parts if part.window() is sheet.window()]
