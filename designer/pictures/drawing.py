"""The drawing as it stands on the canvas, or a part of it, ready to be painted in any size."""

from collections.abc import Collection

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from designer.canvas import captions, curves, states
from designer.canvas.looks import Measure
from designer.canvas.paint import PLAIN, Brushes, paint_node, paint_pill, paint_wire, wire_pen
from designer.canvas.pills import placed
from designer.canvas.plan import Plan
from designer.canvas.scenery.paint import paint_frame, paint_note, paint_title, title_of
from designer.pictures.legend import Legend
from designer.theme import Theme
from graph.document import Document
from graph.reading import Reading
from graph.records import Wire

MARGIN = 24.0
SMALLEST = QRectF(0, 0, 240, 120)


class Picture:
    """One drawing: all of it, or `births` and the wires between them; below it, if wanted, what its signs mean."""

    def __init__(
        self,
        document: Document,
        reading: Reading | None = None,
        theme: Theme | None = None,
        *,
        births: Collection[str] | None = None,
        legend: bool = False,
    ) -> None:
        self.document = document
        self.reading = reading or Reading(document)
        self.theme = theme or Theme(dark=False)
        self.brushes = Brushes(self.theme)
        self.plan = Plan(document, Measure(self.theme), self.reading.drawn)
        self.births = [born for born in self.plan.births() if births is None or born in births]
        shown = set(self.births)
        self._wires = [
            wire
            for wire in document.wires()
            if wire.source in shown and wire.target in shown and self.plan.lines.of(wire.key)
        ]
        self._scenery = self._frames_and_notes(None if births is None else shown)
        self._legend = self._make_legend() if legend else None

    @property
    def ground(self) -> QColor:
        return self.theme.canvas

    @property
    def area(self) -> QRectF:
        """The part of the canvas that the picture shows."""
        area = self._bounds().adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)
        return area.united(self._legend.area.adjusted(-MARGIN, 0, MARGIN, MARGIN)) if self._legend else area

    def paint(self, painter: QPainter) -> None:
        """The drawing in the canvas' own coordinates: frames, wires, pills, notes, nodes."""
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        self._paint_scenery(painter, notes=False)
        for wire in self._wires:
            self._paint_wire(painter, wire)
        for wire in self._wires:
            self._paint_pill(painter, wire)
        self._paint_titles(painter)
        self._paint_scenery(painter, notes=True)
        for born in self.births:
            corner = self.plan.at(born)
            painter.translate(corner)
            paint_node(painter, self.plan.look(born), PLAIN, self.brushes)
            painter.translate(-corner)
        if self._legend:
            self._legend.paint(painter)

    def _bounds(self) -> QRectF:
        keys = [*self.births, *self._scenery]
        found = self.plan.bounds(keys) if keys else QRectF(SMALLEST)
        for wire in self._wires:
            found = found.united(self.plan.lines.grid.rect(wire.key) or QRectF())
        return found

    def _frames_and_notes(self, shown: set[str] | None) -> list[str]:
        """All of them from the ground up; of a part the frames that hold nothing else, with their notes."""
        places = self.plan.places
        found = set(places.keys())
        if shown is not None:
            held = {key: places.held(key) for key in found if places.frame(key) is not None}
            inner = {key: [one for one in keys if one in self.plan] for key, keys in held.items()}
            whole = {key for key, births in inner.items() if births and shown.issuperset(births)}
            found = whole | {one for key in whole for one in held[key] if one in found and one not in held}
        return sorted(found, key=places.depth)

    def _paint_scenery(self, painter: QPainter, *, notes: bool) -> None:
        places = self.plan.places
        for key in self._scenery:
            frame, rect = places.frame(key), places.rect(key)
            if notes and frame is None:
                paint_note(painter, rect, places.text(key), self.theme)
            elif frame is not None and not notes:
                paint_frame(painter, rect, frame.colour, None, self.theme)

    def _paint_titles(self, painter: QPainter) -> None:
        """The titles of frames, above the wires: one that a wire runs behind has a ground of its own."""
        for key in self._scenery:
            frame = self.plan.places.frame(key)
            title = title_of(frame.title, self.plan.places.rect(key), 1.0, self.theme) if frame is not None else None
            if frame is not None and title is not None:
                crossed = bool(self.plan.lines.grid.within(title.area))
                paint_title(painter, title, frame.colour, self.theme, ground=crossed)

    def _make_legend(self) -> Legend:
        looks = [self.plan.look(born) for born in self.births]
        bounds = self._bounds()
        return Legend(looks, self.brushes, QRectF(bounds.left(), bounds.bottom() + MARGIN, bounds.width(), 0))

    def _paint_wire(self, painter: QPainter, wire: Wire) -> None:
        marks = PLAIN.but(quiet=states.is_quiet(self.document, wire))
        pen = wire_pen(captions.port_type(self.document, wire), marks, self.brushes)
        paint_wire(painter, curves.path(self.plan.lines.of(wire.key) or ()), pen)

    def _paint_pill(self, painter: QPainter, wire: Wire) -> None:
        own = captions.says_own(wire)
        first = self.document.wires_from(wire.source, wire.source_port)[0]
        texts = captions.pill(self.document, self.reading, wire)
        if texts and (own or first is wire):
            pill = placed(self.plan, wire, texts, self.brushes)
            if pill.fits:
                paint_pill(painter, pill, PLAIN, self.brushes)
