"""The page about one kind: what it does, its formula and curve, shapes, when to take it, its parameters, its source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from designer import icons
from designer.dialogs.bend import Bend
from designer.panels.sections.section import rule, words
from designer.theme import Theme
from graph.param import Param
from graph.roles import Activation
from graph.spec import Kind, Port
from graph.weights import GROUP as WEIGHTS

SAYS = (("shapes", "Shapes"), ("use", "When"), ("avoid", "When not"), ("origin", "Source"))
"""What a page says of a kind in rows of their own, under which word."""

GROUPS = (("Parameters", ""), ("For its weights, as in every layer that has some", WEIGHTS))
"""The groups of parameters, each under its heading."""


class HelpPage(QWidget):
    """All there is to say about a kind; `followed` carries the name of a relative whose link was taken.

    `made` has the parameters that the curve is drawn with: those of the node that is called `of`, if any.
    """

    followed = Signal(str)

    def __init__(self, made: Kind, theme: Theme, of: str = "", relatives: Sequence[type[Kind]] = ()) -> None:
        super().__init__()
        self.setProperty("role", "sheet")
        self._theme = theme
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(24, 20, 24, 20)
        self._box.setSpacing(12)
        self._head(type(made))
        self._box.addWidget(_copied(words(made.help())))
        if made.formula:
            self._box.addWidget(self._framed(made.formula))
        if isinstance(made, Activation) and made.curve(0.5) is not None:
            self._picture(made, of)
        self._facts(made)
        self.links = self._links(relatives) if relatives else None
        self._listed("Related", [self.links] if self.links else [])
        self._listed("Ports", [_port(port, way) for way, ports in _ports(made) for port in ports])
        for title, group in GROUPS:
            rows = [self._parameter(name, one) for name, one in made.params.items() if one.group == group]
            self._listed(title, rows)
        self._box.addStretch(1)

    def texts(self) -> list[str]:
        """Everything that can be read on the page."""
        return [label.text() for label in self.findChildren(QLabel) if label.text()]

    def _head(self, kind: type[Kind]) -> None:
        row = QHBoxLayout()
        row.setSpacing(10)
        tile = QLabel()
        tile.setPixmap(
            icons.pixmap(icons.family_icon(kind.family), self._theme.family(kind.family), 24, self.devicePixelRatioF())
        )
        title = QLabel(kind.title)
        title.setFont(self._theme.font("title"))
        name = _copied(QLabel(kind.torch or kind.__name__))
        name.setProperty("tone", "muted")
        name.setFont(self._theme.font("code"))
        names = QVBoxLayout()
        names.setSpacing(2)
        names.addWidget(title)
        names.addWidget(name)
        row.addWidget(tile, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(names, 1)
        self._box.addLayout(row)

    def _framed(self, text: str) -> QFrame:
        frame = QFrame()
        frame.setProperty("role", "box")
        label = _copied(words(text))
        label.setFont(self._theme.font("code"))
        box = QVBoxLayout(frame)
        box.setContentsMargins(12, 9, 12, 9)
        box.addWidget(label)
        return frame

    def _picture(self, made: Activation, of: str) -> None:
        self._box.addWidget(Bend(made, self._theme))
        if of:
            note = words(f"Drawn with the parameters of {of}.", "muted")
            note.setFont(self._theme.font("secondary"))
            self._box.addWidget(note)

    def _facts(self, made: Kind) -> None:
        told = [(title, getattr(made, name)) for name, title in SAYS if getattr(made, name)]
        if made.words:
            told.append(("Found by", ", ".join(made.words)))
        if not told:
            return
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, (title, text) in enumerate(told):
            name = QLabel(title)
            name.setProperty("tone", "muted")
            grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(_copied(words(text)), row, 1)
        self._box.addLayout(grid)

    def _listed(self, title: str, rows: list[QWidget]) -> None:
        if not rows:
            return
        self._box.addWidget(rule())
        head = QLabel(title)
        head.setFont(self._theme.font("name"))
        self._box.addWidget(head)
        for row in rows:
            self._box.addWidget(row)

    def _parameter(self, name: str, declared: Param) -> QWidget:
        widget = QWidget()
        box = QVBoxLayout(widget)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(2)
        top = QHBoxLayout()
        label = _copied(QLabel(name))
        label.setFont(self._theme.font("code"))
        value = QLabel(_shown(declared.default))
        value.setFont(self._theme.font("number"))
        value.setProperty("tone", "muted")
        top.addWidget(label)
        top.addStretch(1)
        top.addWidget(value)
        box.addLayout(top)
        box.addWidget(words(declared.help))
        if declared.type == "bool":
            return widget
        wanted = words(_sentence(declared.wanted()), "muted")
        wanted.setFont(self._theme.font("secondary"))
        box.addWidget(wanted)
        return widget

    def _links(self, kinds: Sequence[type[Kind]]) -> QLabel:
        colour = self._theme.accent.name()
        links = (
            f'<a href="{kind.__name__}" style="color:{colour};text-decoration:none">{escape(kind.title)}</a>'
            for kind in kinds
        )
        label = QLabel("&nbsp;· ".join(links))
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.RichText)
        flags = Qt.TextInteractionFlag
        label.setTextInteractionFlags(flags.LinksAccessibleByMouse | flags.LinksAccessibleByKeyboard)
        label.linkActivated.connect(self.followed)
        return label


def _ports(made: Kind) -> Iterable[tuple[str, tuple[Port, ...]]]:
    """Ports that have something to say for themselves."""
    for way, ports in (("in", made.inputs), ("out", made.outputs)):
        yield way, tuple(port for port in ports if port.help)


def _port(port: Port, way: str) -> QWidget:
    return words(f"{port.name} ({way}): {port.help}")


def _shown(value: object) -> str:
    """A default as a person writes it."""
    if value is None or value == "":
        return "left out"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(_shown(item) for item in value)
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text.replace("-", "−") if isinstance(value, (int, float)) else text


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _copied(label: QLabel) -> QLabel:
    """A text that can be marked and copied."""
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
