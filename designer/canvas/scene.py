"""The scene: a projection of a document that mirrors its patches, with items only for what can be seen."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import inf
from typing import TypeVar

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsScene

from designer.canvas.backdrop import Backdrop
from designer.canvas.far import SCALE, FarPainter
from designer.canvas.findings import Findings
from designer.canvas.items import Scale
from designer.canvas.looks import Measure
from designer.canvas.marking import Marking
from designer.canvas.near import Care, NearPainter
from designer.canvas.paint import Brushes
from designer.canvas.plan import Plan
from designer.canvas.scenery.ground import Ground
from designer.canvas.stock import MANY, Stock
from designer.manner import Manner
from designer.selection import Selection
from designer.theme import Theme
from graph.document import Document
from graph.edits import Refused
from graph.history import History
from graph.patch import Patch
from graph.reading import Reading
from graph.records import Wire

T = TypeVar("T")
AHEAD = 0.4
"""How far beyond the visible part items are made, as a share of it: small pans make none."""

PARTS = 20
"""So many parts of the canvas are painted one by one; of more, all that they lie in."""

EDGE = 3.0
"""Pixels that lines reach beyond what they surround."""

SAME = "#same"
"""Leaves a mark as it is."""


class Scene(QGraphicsScene):
    """Shows a document. It holds no truth: throw it away, make another, and see the same.

    `refused` carries the sentence of a verb that cannot be; `refreshed` tells that something looks different,
    `followed` that the drawing is another, `lost` that something is gone which a gesture may hold, `altered` that
    something is to be painted otherwise. `zooming`: a picture is shown, and what becomes sharper is not painted.
    """

    refused = Signal(str)
    refreshed = Signal()
    followed = Signal()
    lost = Signal()
    altered = Signal()

    zooming = False

    def __init__(
        self,
        document: Document,
        reading: Reading,
        history: History,
        selection: Selection,
        theme: Theme,
        parent: QObject | None = None,
        *,
        manner: Manner | None = None,
    ) -> None:
        super().__init__(parent)
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.setSceneRect(-1e6, -1e6, 2e6, 2e6)
        self.document, self.reading, self.history = document, reading, history
        self.selection, self.theme = selection, theme
        self.manner = manner or Manner(parent=self)
        self.brushes = Brushes(theme)
        self.plan = Plan(document, Measure(theme), reading.drawn)
        self.findings = Findings(document, reading, self)
        self.marked = Marking(document, selection, self.findings, self.manner)
        self.stock = Stock(self.plan, reading, self.marked, self.brushes, self, self._damaged, self._sharper)
        self.ground = Ground(self.plan, self.marked, theme)
        self._near = NearPainter(self.plan, self.stock, self.ground, self, self._sharper)
        self._far = FarPainter(self.plan, self._sharper)
        self._scale = 1.0
        self._selected: frozenset[str] = frozenset()
        self._backdrop = Backdrop(theme, self.manner)
        document.changed.connect(self._follow)
        if reading.drawn is not document:
            reading.drawn.changed.connect(self._measure_again)
        self.findings.changed.connect(self._read_again)
        self.marked.shine.changed.connect(self._shone)
        selection.changed.connect(self._select)
        theme.changed.connect(self._restyle)
        self.manner.changed.connect(self._remake)
        self._select()

    def close(self) -> None:
        """Let go of the document."""
        self.document.changed.disconnect(self._follow)
        self.reading.drawn.changed.disconnect(self._measure_again)
        self.findings.close()

    def attempt(self, label: str, verb: Callable[[], T], part_of: str | None = None) -> T | None:
        """Do a verb as one undoable step; what cannot be is told by `refused`, as a sentence.

        Steps that are `part_of` the same, one after the other, are one, however long they take.
        """
        try:
            with self.history.step(label, part_of, inf):
                return verb()
        except Refused as refusal:
            self.refused.emit(str(refusal))
            return None

    # --- what can be seen

    def look_at(self, area: QRectF, scale: float, *, patient: bool = False) -> None:
        """The part of the drawing that is visible now, and how large; `patient`: nothing of it is made at once."""
        near, covered, self._scale = scale >= SCALE, self.stock.area, scale
        if near == self.near_by and (covered is None or covered.contains(area)):
            return
        across, down = AHEAD * area.width(), AHEAD * area.height()
        self.stock.cover(area.adjusted(-across, -down, across, down) if near else None, area, patient=patient)

    @property
    def near_by(self) -> bool:
        """Whether the zoom is large enough to read; if not, all is drawn from arrays and there are no items."""
        return self.stock.area is not None

    # --- following

    def _follow(self, patch: Patch) -> None:
        patch = self.document.here(patch)
        if not patch and self.plan.edition == self.document.edition:
            return
        self.end_preview()
        empty = self.plan.is_empty
        nodes, wires = self.plan.apply(patch)
        scenery = self.plan.places.apply(patch)
        if self.plan.is_empty != empty:
            self._damaged(None)  # what an empty canvas says stands anywhere
        gone = [key for key in patch if patch[key][1] is None]
        if gone:
            self.marked.forget(gone)
            self.lost.emit()
        if any(isinstance(record, Wire) for pair in patch.values() for record in pair):
            self._shone(self.marked.shine.begin())
        self._touch(nodes, wires)
        self._touch_scenery(scenery)
        self.followed.emit()
        self.refreshed.emit()

    def _measure_again(self, patch: Patch) -> None:
        """Inside a block, values that follow its parameters have become others."""
        nodes, wires = self.plan.measure_again(patch)
        self._touch(nodes, wires)

    def _touch(self, nodes: Iterable[str], wires: Iterable[str]) -> None:
        """These look different now."""
        self.stock.touch(nodes, wires)
        covered = self._far.touch(nodes, wires)
        if self.near_by:
            return
        for rect in covered if len(covered) <= MANY else [None]:
            self._damaged(rect)

    def _touch_scenery(self, keys: Iterable[str]) -> None:
        """These frames and notes look different now."""
        covered = self.ground.touch([key for key in keys if key.startswith("#")], self._scale)
        for rect in covered if len(covered) <= MANY else [None]:
            self._damaged(rect)

    def _damaged(self, rect: QRectF | None) -> None:
        """A part is to be painted anew; None is all of it."""
        self.altered.emit()
        self._sharper(rect)

    def _sharper(self, rect: QRectF | None) -> None:
        """A part that was painted roughly can be painted as it is."""
        if self.zooming:
            return
        if rect is None:
            self.update()
        else:
            around = EDGE / self._scale
            self.update(rect.adjusted(-around, -around, around, around))

    def _read_again(self, keys: frozenset[str]) -> None:
        nodes = keys & self.stock.nodes.keys()
        wires = {key for born in nodes for key in self.document.ends(born)} | keys
        self.stock.touch(nodes, wires & self.stock.wires.keys())
        if not self.near_by:
            moved = [born for born in self.findings.moved if born in self.plan]
            for rect in map(self.plan.rect, moved) if len(moved) <= MANY else [None] if moved else []:
                self._damaged(rect)
        self.refreshed.emit()

    def _select(self) -> None:
        keys, before = self.selection.keys, self._selected
        if self.marked.bend is not None and keys != {self.marked.bend[0]}:
            self.marked.bend = None
        self._selected = keys
        changed = keys ^ before
        self._shone(self.marked.shine.begin() | changed)
        self._touch([key for key in changed if key in self.plan], [key for key in changed if self.plan.lines.of(key)])
        self._touch_scenery(changed)
        self.refreshed.emit()

    def _shone(self, births: set[str]) -> None:
        """These lie along the wires of what is selected now, or do not any more."""
        if births and not self.near_by:
            self._damaged(None)
        wires = (key for born in births & self.stock.nodes.keys() for key in self.document.ends(born))
        self.stock.touch(births & self.stock.nodes.keys(), set(wires) & self.stock.wires.keys())

    def _restyle(self) -> None:
        self.brushes = Brushes(self.theme)
        self.plan.rebuild(Measure(self.theme))
        self._far.forget()
        self.ground.forget()
        self.stock.restyle(self.brushes)
        self._remake()

    def _remake(self) -> None:
        """All may look different, though nothing has changed."""
        self.marked.shine.begin()
        self.stock.touch_all()
        self._damaged(None)

    # --- what gestures show

    def choose_bend(self, bend: tuple[str, int] | None) -> None:
        """Mark one bend of a wire as the one that keys are meant for."""
        before, self.marked.bend = self.marked.bend, bend
        for key in {chosen[0] for chosen in (before, bend) if chosen}:
            self._damaged(self.plan.lines.grid.rect(key))

    def mark(
        self, *, hovered: str | None = SAME, targets: Iterable[str] | None = None, hidden: str | None = SAME,
        doomed: Iterable[str] | None = None,
    ) -> None:  # fmt: skip
        """Show what the pointer is over, what a gesture would change or take away, and which wire it holds."""
        before = self.marked.passing()
        if hovered != SAME:
            self.marked.hovered = hovered
        if targets is not None:
            self.marked.targets = frozenset(targets)
        if hidden != SAME:
            self.marked.hidden = hidden
        if doomed is not None:
            self.marked.doomed = frozenset(doomed)
        changed = before ^ self.marked.passing()
        if changed:
            self._touch(
                [key for key in changed if key in self.plan], [key for key in changed if self.plan.lines.of(key)]
            )
            self._touch_scenery(changed)

    def preview(self, births: Iterable[str], delta: QPointF) -> None:
        """Show nodes, frames and notes moved, while the document stays as it is."""
        keys = list(births)
        chosen = [born for born in keys if born in self.plan]
        wires = self.plan.shift(chosen, delta)
        self._touch(chosen, wires)
        scenery = [key for key in keys if key in self.plan.places]
        self.plan.places.shift(scenery, delta)
        self._touch_scenery(scenery)

    def preview_rect(self, key: str, rect: QRectF) -> None:
        """Show a frame or a note in another place and size, while the document stays as it is."""
        self.plan.places.put({key: rect})
        self._touch_scenery([key])

    def preview_bends(self, key: str, bends: Sequence[QPointF]) -> None:
        """Show a wire with other bends, while the document stays as it is."""
        self.plan.lines.show(key, bends)
        self._touch([], [key])

    def end_preview(self) -> None:
        """Show everything where the document has it."""
        self._touch_scenery(self.plan.places.settle())
        bent = self.plan.lines.settle()
        self._touch([], bent)
        moved = self.plan.settle()
        if moved:
            wires = {wire.key for born in moved for wire in self.document.wires_at(born)}
            self._touch(moved, wires)

    # --- painting

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        if not self.zooming:
            self.paint_ground(painter, QRectF(rect))

    def paint_ground(self, painter: QPainter, rect: QRectF) -> None:
        """What everything lies on."""
        self._backdrop.paint(painter, rect)

    def paint_drawing(self, painter: QPainter, rect: QRectF) -> None:
        """What of a rectangle is to be painted anew, above what else stands on the canvas."""
        self.paint_parts(painter, _exposed(painter, rect))

    def paint_parts(self, painter: QPainter, areas: Sequence[QRectF], care: Care = Care.SOON) -> None:
        """The wires and nodes that meet some rectangles."""
        if self.near_by and painter.worldTransform().m11() >= SCALE:
            self._near.paint(painter, areas, care)
        else:
            chosen = [*self.selection.births, *self.selection.wires]
            self.ground.far_below(painter, areas)
            self._far.paint(painter, areas, self.brushes, self.findings.levels, chosen, self.marked.shine.keys())
            self.ground.far_above(painter, areas)

    def sharpen(self, area: QRectF, scale: Scale) -> Iterator[None]:
        """Make what it takes to paint an area as it is for a scale, a little at a time."""
        return self._near.sharpen(area, scale) if self.near_by else self._far.sharpen()


def _exposed(painter: QPainter, rect: QRectF) -> list[QRectF]:
    """The parts of a rectangle that are to be painted: after a pan only what came in at two sides."""
    clip = painter.paintEngine().systemClip()
    if not 1 < clip.rectCount() <= PARTS:
        return [rect]
    back, _ = painter.deviceTransform().inverted()
    parts: Iterable[QRect] = clip  # type: ignore[assignment]  # the stubs do not know that a region can be walked
    return [found for part in parts if not (found := back.mapRect(QRectF(part)).intersected(rect)).isEmpty()]
