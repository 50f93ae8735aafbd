"""Opens the search where it is wanted, and does with the chosen kind what was meant there."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, QPointF

from designer.canvas import annotating, levelling
from designer.canvas.looks import PortAt
from designer.canvas.overlays.search import Search
from designer.habits import Habits
from graph import edits, queries, usual
from graph.counts import blended
from graph.edits.kinds import keeps_wires
from graph.records import Wire
from graph.shape import UNKNOWN
from graph.spec import Kind

if TYPE_CHECKING:
    from designer.canvas.view import View


class Finder(QObject):
    """Search to add: in the open, behind a node, on a wire, at the end of a wire."""

    def __init__(self, view: "View", search: Search) -> None:
        super().__init__(view)
        self.view, self.scene = view, view.drawing
        self._search = search
        self.habits = Habits()
        self._then: Callable[[str], object] | None = None
        search.chosen.connect(self._chosen)

    def here(self) -> None:
        """Search at the pointer; with one node selected, for what can follow it."""
        born = self.scene.selection.single
        outputs = self.scene.plan.look(born).outputs if born is not None else ()
        if born is not None and outputs:
            self.from_port(PortAt(born, outputs[0].name, True), self.view.commands.behind(born))
        else:
            self.at(self.view.camera.pointed(self.view.pointer))

    def at(self, point: QPointF) -> None:
        self._open(point, self._stands, "", lambda kind: self._add(kind, point), beside=True)

    def _add(self, name: str, point: QPointF) -> None:
        """Add a node of a kind, or a frame or a note."""
        if name == "#frame":
            annotating.new_frame(self.view, point)
        elif name == "#note":
            annotating.new_note(self.view, point)
        else:
            self.view.commands.add(name, point)

    def on_wire(self, key: str, point: QPointF) -> None:
        """Search for a kind to put on a wire."""
        wire = self.scene.document.records.get(key)
        if not isinstance(wire, Wire):
            return
        self._open(point, lambda kind: bool(kind.inputs and kind.outputs) and self._stands(kind), "goes onto the wire",
                   lambda kind: self.view.commands.insert(key, kind),
                   self._usual(PortAt(wire.source, wire.source_port, True)))  # fmt: skip

    def other_kind(self) -> None:
        """Search for a kind that the selected node is to be instead; those that keep all its wires are offered."""
        document, born = self.scene.document, self.scene.selection.single
        if born is None:
            return
        node, before = document.node(born), self._kind(born)
        place = self.scene.plan.rect(born)
        feeds = document.wires_into(born)[:1]
        likely = self._usual(PortAt(feeds[0].source, feeds[0].source_port, True)) if feeds else []
        family = [kind.name() for kind in document.catalogue.drawn() if before and kind.family == before.family]

        def fits(kind: type[Kind]) -> bool:
            return kind is not before and self._stands(kind) and keeps_wires(document, born, kind)

        then = partial(self.view.commands.change_kind, born)
        self._open(QPointF(place.left(), place.bottom() + 8), fits, f"takes the place of {node.id}", then,
                   [*(name for name in likely if name in family), *family, *likely])  # fmt: skip

    def from_port(self, anchor: PortAt, point: QPointF) -> None:
        """Search for a kind that a wire from `anchor` can end at, and draw that wire."""
        document = self.scene.document
        direction: Literal["in", "out"] = "out" if anchor.output else "in"
        spot = self.scene.plan.spot(anchor)
        carries = spot.type if spot else None
        name = f"{document.node(anchor.born).id}.{anchor.port}"
        note = f"will be wired {'from' if anchor.output else 'to'} {name}"

        def fits(kind: type[Kind]) -> bool:
            return queries.entry(kind, carries, direction) is not None and self._stands(kind)

        self._open(point, fits, note, lambda kind: self._add_wired(anchor, kind, point), self._usual(anchor))

    def wired(self, key: str) -> None:
        """The user has drawn a wire: such a one is the likelier from now on."""
        document = self.scene.document
        wire = document.wire(key)
        one, other = self._kind(wire.source), self._kind(wire.target)
        port = other.input(wire.target_port) if other is not None else None
        if one is not None and other is not None and port is not None:
            self.habits.add((one.name(), wire.source_port), (other.name(), "a" if port.lettered else port.name))

    def _usual(self, anchor: PortAt) -> list[str]:
        """The kinds that most often stand at the other end of a wire from a port."""
        kind = self._kind(anchor.born)
        port = kind.input(anchor.port) if kind is not None and not anchor.output else None
        often, own = self.habits.often, self.habits.own
        if kind is not None and anchor.output:
            value = self.scene.reading.value(anchor.born, anchor.port)
            end, first = (kind.name(), anchor.port), usual.after(kind, anchor.port, value or UNKNOWN)
            return blended(first, often.after(end), own.after(end))
        if kind is None or port is None:
            return []
        end = (kind.name(), "a" if port.lettered else port.name)
        return blended(usual.before(kind, port), often.before(end), own.before(end))

    def _kind(self, born: str) -> type[Kind] | None:
        document = self.scene.document
        return document.kind(document.node(born)) if document.has_node(born) else None

    def _stands(self, kind: type[Kind]) -> bool:
        """Whether a kind can stand on this level."""
        return queries.why_not_here(self.scene.document, kind) is None

    def _add_wired(self, anchor: PortAt, kind: str, point: QPointF) -> str | None:
        document = self.scene.document

        def wire(born: str) -> None:
            spot, declared, other = self.scene.plan.spot(anchor), self._kind(born), self._kind(anchor.born)
            if spot is None or declared is None or other is None:
                return
            entry = usual.entry(declared, other, anchor.port, spot.type, "out" if anchor.output else "in")
            if entry is None:
                return
            name = "a" if entry.lettered else entry.name
            ends = (anchor.born, anchor.port, born, name) if anchor.output else (born, name, anchor.born, anchor.port)
            drawn.append(edits.connect(document, *ends))

        drawn: list[str] = []
        step = levelling.step_of(self.view, f"Add {kind}")
        born = self.view.commands.add(kind, point, wire, step)
        if born is not None:
            levelling.level(self.view, born, f"Add {kind}", step)
            for key in drawn:
                self.wired(key)
            if not self.view.camera.area.contains(self.scene.plan.rect(born)):
                self.view.camera.reveal([anchor.born, born])
        return born

    def _open(
        self, point: QPointF, accept: Callable[[type[Kind]], bool], note: str, then: Callable[[str], object],
        first: Sequence[str] = (), *, beside: bool = False,
    ) -> None:  # fmt: skip
        self._then = then
        self._search.ask(self.view.mapFromScene(point), accept, note, first, beside=beside)

    def _chosen(self, kind: str) -> None:
        then, self._then = self._then, None
        self.view.setFocus()
        if then is not None:
            then(kind)
