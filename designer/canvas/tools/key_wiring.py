"""Draws a wire by keys: arrows and letters choose where it goes, Return connects."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent

from designer.canvas.looks import PortAt
from designer.canvas.tools.gesture import Pointer
from designer.canvas.tools.wiring import Wiring
from graph import queries
from graph.records import wire_text

if TYPE_CHECKING:
    from designer.canvas.view import View

MOST_ASKED, MOST_OFFERED = 400, 80
"""So many nodes, the nearest first, are asked whether the wire fits, until so many ports are found."""

TAKEN = 400.0
"""An input that has its wire already counts as so much farther away."""

Key = Qt.Key


def begin(view: "View", *, output: bool) -> None:
    """Begin a wire at the selected node: at its first output, or its first free input."""
    born = view.drawing.selection.single
    look = view.drawing.plan.look(born) if born is not None else None
    spots = (look.outputs if output else look.inputs) if look is not None else ()
    if born is None or view.gesture is not None:
        return
    if not spots:
        name = view.drawing.document.node(born).id
        view.overlays.say(f"{name} has no {'output' if output else 'input'}.", linger=True)
        return
    ports = [PortAt(born, spot.name, output) for spot in spots]
    free = [port for port in ports if output or not view.drawing.document.wires_into(born, port.port)]
    view.camera.reveal([born])
    gesture = KeyWiring(view, (free or ports)[0], ports)
    view.gesture = gesture
    gesture.choose(0)


class KeyWiring(Wiring):
    """A wire whose free end goes from port to port. `ports` are those at which it can begin: Tab takes the next."""

    by_keys = True

    def __init__(self, view: "View", anchor: PortAt, ports: list[PortAt]) -> None:
        at = view.drawing.plan.point(anchor)
        super().__init__(view, Pointer(at, QPointF(view.mapFromScene(at))), anchor)
        self.begun, self._all, self._typed, self._place = True, ports, "", 0
        self._fitting = self._found()

    def pressed(self, event: QKeyEvent) -> None:
        """Choose, connect, or begin elsewhere."""
        key, text = event.key(), event.text()
        if key in (Key.Key_Right, Key.Key_Down):
            self.choose(self._place + 1)
        elif key in (Key.Key_Left, Key.Key_Up):
            self.choose(self._place - 1)
        elif key in (Key.Key_Tab, Key.Key_Backtab):
            self._begin_at_next(-1 if key == Key.Key_Backtab else 1)
        elif key in (Key.Key_Return, Key.Key_Enter):
            self._done()
        elif key == Key.Key_Backspace:
            self._spell(self._typed[:-1])
        elif text.isprintable() and text.strip():
            self._spell(self._typed + text)

    def choose(self, place: int) -> None:
        """Aim at one of the ports that fit."""
        self._place = place % len(self._fitting) if self._fitting else 0
        self._aim = self._fitting[self._place] if self._fitting else None
        self._end = self.scene.plan.point(self._aim or self.anchor)
        if self._aim is not None:
            self._bring_into_view(self._aim.born)
        self.scene.mark(targets=[self._aim.born] if self._aim else [])
        self.view.overlays.say(self.words, QPointF(self.view.mapFromScene(self._end)), tone="line")
        self.view.overlays.refresh()
        self.view.viewport().update()

    @property
    def words(self) -> str:
        """What is chosen, in a sentence; what was typed so far stands before it."""
        typed, here = f"{self._typed}: " if self._typed else "", self._name(self.anchor)
        if self._aim is None:
            side = "takes" if self.anchor.output else "gives"
            return f"{typed}Nothing {side} what would flow at {here}. Return searches for a new node."
        one, other = (here, self._name(self._aim)) if self.anchor.output else (self._name(self._aim), here)
        other += self._instead(self._aim)
        return f"{typed}{one} → {other}. {self._place + 1} of {len(self._fitting)}, Return connects."

    def _instead(self, aim: PortAt) -> str:
        """Which wire would make way, where the input takes one alone."""
        document, (_, target) = self.scene.document, self._ends(aim)
        port = queries.actual_port(document, target.born, target.port)
        wires = document.wires_into(target.born, target.port)
        if not wires or port is None or port.gathers or port.name != target.port:
            return ""
        return f", in place of {self._name(PortAt(wires[0].source, wires[0].source_port, True))}"

    def _name(self, port: PortAt) -> str:
        return f"{self.scene.document.node(port.born).id}.{port.port}"

    def _spell(self, text: str) -> None:
        self._typed = text
        self._fitting = self._found()
        self.choose(0)

    def _begin_at_next(self, step: int) -> None:
        self.anchor = self._all[(self._all.index(self.anchor) + step) % len(self._all)]
        self._reasons.clear()
        self._fitting = self._found()
        self.choose(0)

    def _done(self) -> None:
        anchor, aim = self.anchor, self._aim
        self.view.finish()
        self.cancel()
        if aim is not None:
            self._drop_on(aim)
            self.scene.selection.set([anchor.born])
        else:
            self.view.overlays.finder.from_port(anchor, self.view.commands.behind(anchor.born))

    def _found(self) -> list[PortAt]:
        """The ports that fit, of nodes whose name holds what was typed, the nearest first."""
        plan, here = self.scene.plan, self.scene.plan.point(self.anchor)
        typed, document = self._typed.casefold(), self.scene.document
        named = [born for born in plan.births() if typed in document.node(born).id.casefold()]
        found: list[tuple[float, PortAt]] = []
        for born in sorted(named, key=lambda born: _away(plan.rect(born), here))[:MOST_ASKED]:
            for port in self._ports(born) if born != self.anchor.born else ():
                if self._why_not(port) is None:
                    away = (plan.point(port) - here).manhattanLength() + TAKEN * self._taken(port)
                    behind = 0 if document.node(born).id.casefold().startswith(typed) else 10 * TAKEN
                    found.append((away + behind, port))
            if len(found) >= MOST_OFFERED:
                break
        wired = {wire.key for wire in document.wires_at(self.anchor.born)}
        pairs = [(away, port) for away, port in found if self._key(port) not in wired]
        return [port for _, port in sorted(pairs, key=lambda pair: pair[0])]

    def _key(self, port: PortAt) -> str:
        """The key that a plain wire to a port has: one that is there is not offered again."""
        source, target = self._ends(port)
        return wire_text(source.born, source.port, None, target.born, target.port)

    def _bring_into_view(self, born: str) -> None:
        if not self.view.camera.area.contains(self.scene.plan.rect(born)):
            self.view.camera.reveal([self.anchor.born, born])


def _away(rect: QRectF, point: QPointF) -> float:
    return (rect.center() - point).manhattanLength()
