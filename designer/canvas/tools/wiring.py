"""Draws a wire from either end, or takes the end of one that is there to another port, or off."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPen

from designer.canvas import curves
from designer.canvas.looks import PortAt
from designer.canvas.paint import Marks, draw_sign, wire_pen
from designer.canvas.tools import bundle
from designer.canvas.tools.gesture import Gesture, Pointer
from graph import edits, queries
from graph.records import Wire
from graph.spec import PortType

if TYPE_CHECKING:
    from designer.canvas.view import View

SNAP = 22.0
"""Pixels within which a wire's free end jumps to a port."""

MOST_FITTING = 400
"""In a crowd of more nodes than this no ports are lit: it would be a fog."""


class Wiring(Gesture):
    """`anchor` is the end that stays; `held` the wire that was taken off, if one was."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, view: "View", start: Pointer, anchor: PortAt, held: Wire | None = None) -> None:
        super().__init__(view, start)
        self.anchor, self.held = anchor, held
        self._end = start.scene
        self._aim: PortAt | None = None
        self._refusal: str | None = None
        self._fitting: list[PortAt] = []
        self._reasons: dict[PortAt, str | None] = {}

    def begin(self) -> None:
        self.scene.mark(hovered=None, hidden=self.held.key if self.held else None)
        area = self.view.camera.area
        births = self.scene.plan.nodes.within(area)
        if len(births) <= MOST_FITTING:
            self._fitting = [
                port for born in sorted(births) for port in self._ports(born) if self._why_not(port) is None
            ]

    def drag(self, pointer: Pointer) -> None:
        self._aim = self._find(pointer)
        self._refusal = self._why_not(self._aim) if self._aim else None
        fits = self._aim is not None and self._refusal is None
        self._end = self.scene.plan.point(self._aim) if self._aim and fits else pointer.scene
        self.scene.mark(targets=[self._aim.born] if self._aim and fits else [])
        self.view.overlays.say(self._refusal or "", pointer.view)
        self.view.viewport().update()

    def end(self, pointer: Pointer) -> None:
        self._clear()
        if not self.begun:
            self.scene.selection.set([self.held.key if self.held else self.anchor.born])
        elif self._aim is not None:
            self._drop_on(self._aim)
        elif self.held is not None:
            held = self.held.key
            self.scene.attempt("Disconnect", lambda: edits.remove(self.scene.document, [held]))
        else:
            self.view.overlays.finder.from_port(self.anchor, pointer.scene)

    def cancel(self) -> None:
        self._clear()
        self.view.overlays.say("")

    def _clear(self) -> None:
        self.scene.mark(targets=[], hidden=None)
        self.view.viewport().update()

    def _drop_on(self, aim: PortAt) -> None:
        if self._refusal is not None:
            self._refuse(aim, self._refusal)
            return
        wires = self._bundle(aim)
        if len(wires) > 1:
            self.scene.attempt("Wire fully", lambda: bundle.connect(self.scene, wires))
        elif self.held is None:
            drawn = self.scene.attempt("Connect", lambda: self._connect(aim))
            if drawn is not None:
                self.view.overlays.finder.wired(drawn)
        elif aim != self._loose_end():
            self.scene.attempt("Reconnect", lambda: self._reconnect(aim))

    def _bundle(self, aim: PortAt) -> list[bundle.Pair]:
        """All wires that this one stands for."""
        if self.held is not None:
            return [self._ends(aim)]
        return bundle.pairs(self.scene, *self._ends(aim))

    def _refuse(self, aim: PortAt, sentence: str) -> None:
        """Say why the wire cannot be; where it would close a loop, offer to lead it through a Delay."""
        document, (source, target) = self.scene.document, self._ends(aim)
        loop = self.held is None and queries.closes_loop(document, source.born, target.born)
        if not loop or "Delay" not in document.catalogue or self._type() != "tensor":
            self.view.overlays.say(sentence, linger=True)
            return
        self.view.overlays.say("")
        around = self.view.mapFromScene(self.scene.plan.rect(aim.born)).boundingRect()
        self.view.overlays.proposal.ask(sentence, "Put a Delay between", partial(self._delay, source, target), around)

    def _delay(self, source: PortAt, target: PortAt) -> None:
        ends = source.born, source.port, target.born, target.port
        verb = partial(edits.connect_with_delay, self.scene.document, *ends)
        born = self.scene.attempt("Connect through a Delay", verb)
        if born is not None:
            self.scene.selection.set([born])

    def _connect(self, aim: PortAt) -> str:
        source, target = self._ends(aim)
        select, weight = (self.held.select, self.held.weight) if self.held else (None, None)
        return edits.connect(
            self.scene.document, source.born, source.port, target.born, target.port, select=select, weight=weight
        )

    def _reconnect(self, aim: PortAt) -> None:
        assert self.held is not None
        edits.remove(self.scene.document, [self.held.key])
        self._connect(aim)

    def _loose_end(self) -> PortAt | None:
        if self.held is None:
            return None
        if self.anchor.output:
            return PortAt(self.held.target, self.held.target_port, False)
        return PortAt(self.held.source, self.held.source_port, True)

    def _ends(self, aim: PortAt) -> tuple[PortAt, PortAt]:
        return (self.anchor, aim) if self.anchor.output else (aim, self.anchor)

    # --- what the wire could end at

    def _find(self, pointer: Pointer) -> PortAt | None:
        """The nearest port on the other side within reach; over a node's body the first of its ports that fits."""
        reach = SNAP / self.view.camera.scale
        near = [port for port in self.scene.plan.ports_near(pointer.scene, reach) if self._faces(port)]
        if near:
            return next((port for port in near if self._why_not(port) is None), near[0])
        born = self.scene.plan.node_at(pointer.scene)
        if born is None or born == self.anchor.born:
            return None
        ports = self._ports(born)
        free = [port for port in ports if self._why_not(port) is None]
        return next((port for port in free if not self._taken(port)), next(iter(free or ports), None))

    def _faces(self, port: PortAt) -> bool:
        return port.output != self.anchor.output

    def _taken(self, port: PortAt) -> bool:
        return not port.output and bool(self.scene.document.wires_into(port.born, port.port))

    def _ports(self, born: str) -> list[PortAt]:
        look = self.scene.plan.look(born)
        spots = look.inputs if self.anchor.output else look.outputs
        return [PortAt(born, spot.name, spot.output) for spot in spots]

    def _why_not(self, port: PortAt) -> str | None:
        if port not in self._reasons:
            source, target = self._ends(port)
            document = self.scene.document
            self._reasons[port] = queries.why_not(document, source.born, source.port, target.born, target.port)
        return self._reasons[port]

    # --- drawing

    def _type(self) -> PortType:
        spot = self.scene.plan.spot(self.anchor)
        return spot.type if spot else "tensor"

    def paint(self, painter: QPainter) -> None:
        if not self.begun:
            return
        brushes, type = self.scene.brushes, self._type()
        fixed = self.scene.plan.point(self.anchor)
        points = self.scene.plan.way((fixed, self._end) if self.anchor.output else (self._end, fixed))
        marks = Marks(level="error") if self._refusal else Marks(selected=True)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(wire_pen(type, marks, brushes))
        painter.drawPath(curves.path(points))
        if self._aim is not None and self._refusal is None:
            self._paint_bundle(painter, self._bundle(self._aim))
        painter.setPen(QPen(self.scene.theme.accent, 1.5))
        for port in self._fitting:
            aimed = port == self._aim
            painter.setBrush(self.scene.theme.accent if aimed else Qt.BrushStyle.NoBrush)
            draw_sign(painter, self.scene.plan.point(port), type, 7.5)
        painter.setPen(QPen(self.scene.theme.canvas, 1.5))
        painter.setBrush(brushes.port(type))
        draw_sign(painter, self._end, type, 4.5)

    def _paint_bundle(self, painter: QPainter, wires: list[bundle.Pair]) -> None:
        """The other wires that come with this one."""
        plan = self.scene.plan
        for source, target in wires if len(wires) <= bundle.MOST_DRAWN else ():
            painter.drawPath(curves.path(plan.way((plan.point(source), plan.point(target)))))
