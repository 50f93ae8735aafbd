"""All that floats over one canvas, and when it shows: hint, card, search, rename."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QRectF, QTimer, Signal

from designer.canvas import annotating, bends, captions
from designer.canvas.looks import PortAt
from designer.canvas.overlays.card import Card
from designer.canvas.overlays.corner import Corners
from designer.canvas.overlays.finder import Finder
from designer.canvas.overlays.hint import Hint
from designer.canvas.overlays.minimap import Minimap
from designer.canvas.overlays.naming import Naming
from designer.canvas.overlays.proposal import Proposal
from designer.canvas.overlays.rename import Rename
from designer.canvas.overlays.search import Search
from designer.canvas.overlays.writing import Writing
from designer.canvas.overlays.zoomer import Zoomer
from designer.canvas.tools.gesture import Pointer
from designer.canvas.tools.grips import grip_under, title_area
from designer.canvas.tools.pointing import port_under, wire_under
from graph import edits
from graph.diagnostic import Fix

if TYPE_CHECKING:
    from designer.canvas.view import View

SOON = 220
"""Milliseconds over a node, or away from it, until its card opens or closes."""


class Overlays(QObject):
    """Floats over a view; knows when to show what.

    `asked` carries the name of a kind that is to be explained, `offered` an Offer that is taken up.
    """

    asked = Signal(str)
    offered = Signal(object)

    def __init__(self, view: "View") -> None:
        super().__init__(view)
        self.view, self.scene = view, view.drawing
        port, theme = view.viewport(), self.scene.theme
        self.card = Card(port, theme)
        self.hint = Hint(port, theme)
        self.rename = Rename(port, theme)
        self.naming = Naming(port, theme)
        self.proposal = Proposal(port, theme)
        self.writing = Writing(port, theme)
        self._new_at = QPointF()
        self._step: str | None = None
        self.search = Search(port, theme, self.scene.document.catalogue)
        self.finder = Finder(view, self.search)
        self.minimap, self.zoomer = Minimap(view), Zoomer(view)
        self.corners = Corners(view, self.minimap, self.zoomer)
        self._timer = QTimer(self, singleShot=True, interval=SOON)
        self._timer.timeout.connect(self.refresh)
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self.refresh)
        self._connect()
        self.refresh()

    def _connect(self) -> None:
        self.card.fix_wanted.connect(self.apply)
        self.card.offer_wanted.connect(self.offered)
        self.card.left.connect(self._timer.start)
        self.rename.entered.connect(self._rename)
        self.writing.written.connect(lambda key, text: annotating.written(self.view, key, text, self._new_at))
        self.naming.named.connect(self._name_block)
        self.search.opened.connect(self.card.close_up)
        self.search.asked.connect(self.asked)
        for closed in (
            self.rename.closed, self.naming.closed, self.proposal.closed, self.search.closed, self.writing.closed,
        ):  # fmt: skip
            closed.connect(self._give_back)
        self.scene.refused.connect(self._refused)
        self.scene.manner.changed.connect(self.corners.follow)
        self.minimap.sketch.drawn.connect(self._show_map)
        self.scene.refreshed.connect(self._turn.start)

    def _give_back(self, had: bool) -> None:
        """Something was closed; if it had the keyboard, the canvas has it again."""
        if had:
            self.view.setFocus()

    def close(self) -> bool:
        """Close what the user opened; False if nothing was open."""
        open_now = [
            widget
            for widget in (self.rename, self.naming, self.proposal, self.search, self.writing, self.hint)
            if not widget.isHidden()
        ]
        self.hint.say("", QPoint())
        self.search.give_up()
        self.proposal.give_up()
        self.naming.accept()
        self.writing.accept()
        if not self.rename.isHidden():
            self.rename.accept()
        return bool(open_now)

    def say(self, sentence: str, at: QPointF | None = None, *, linger: bool = False, tone: str = "error") -> None:
        """Say a sentence at the pointer; an empty one says nothing any more."""
        place = at or self.view.pointer or QPointF(self.view.viewport().rect().center())
        self.hint.say(sentence, place.toPoint(), linger=linger, tone=tone)

    # --- the pointer

    def hover(self, pointer: Pointer) -> None:
        """The pointer rests or wanders over the canvas."""
        port = port_under(self.view, pointer.scene)
        plan = self.scene.plan
        under = port.born if port else plan.node_at(pointer.scene) or wire_under(self.view, pointer.scene)
        if under is None and (grip := grip_under(self.view, pointer.scene)) is not None:
            under = grip.key
        if under != self.scene.marked.hovered:
            self.scene.mark(hovered=under)
            self._timer.start()

    def double_click(self, pointer: Pointer) -> None:
        """On a block: open it. On another name: rename. On a wire: a bend, or none. On the open canvas: search."""
        plan = self.scene.plan
        born = plan.node_at(pointer.scene)
        if born is not None and self.view.blocks.enter(born):
            return
        if born is not None:
            if plan.look(born).title_rect.translated(plan.at(born)).adjusted(0, -4, 0, 2).contains(pointer.scene):
                self.rename_node(born)
        else:
            self._double_click_beside(pointer.scene)

    def _double_click_beside(self, point: QPointF) -> None:
        key, bend, grip = wire_under(self.view, point), bends.under(self.view, point), grip_under(self.view, point)
        if bend is not None:
            bends.remove(self.view, bend)
        elif grip is not None and (key is None or grip.raised):
            self.edit_scenery(grip.key)
        elif key is None:
            self.finder.at(point)
        elif self.scene.near_by:
            bends.add(self.view, key, point)

    def tip(self, port: PortAt | None, point: QPointF) -> str:
        """What the tooltip says: a port's name and use, or a name that is too long for its node."""
        document, plan = self.scene.document, self.scene.plan
        spot = plan.spot(port) if port is not None else None
        if port is not None and spot is not None:
            return captions.port_tip(document, self.scene.reading, spot, port)
        born = plan.node_at(point)
        if born is None:
            return ""
        look = plan.look(born)
        kept = (look.title, look.subtitle) == (look.name, look.summary)
        return "" if kept else f"{look.name}\n{look.summary}"

    # --- the card

    def refresh(self) -> None:
        """Show the card of the node that is looked at, and say what is selected."""
        selection, document = self.scene.selection, self.scene.document
        led = self.view.gesture.words if self.view.gesture is not None else ""
        said = led or captions.spoken(
            document, self.scene.reading, selection.births, selection.wires, selection.scenery
        )
        self.view.voices.say(said, led=bool(led))
        born = self._looked_at()
        if born is None:
            self.card.close_up()
            return
        found = self.scene.reading.diagnostics(born)
        self.card.tell(born, found, self._on_screen(self.scene.plan.rect(born)))

    def follow(self) -> None:
        """The drawing moved under the floating things."""
        self.corners.follow()
        if self.card.born is not None:
            self.refresh()
        self.naming.accept()
        self.writing.accept()
        if not self.rename.isHidden():
            self.rename.accept()

    def _looked_at(self) -> str | None:
        """The node whose card shows: the hovered one, else the only one that is selected; none during a gesture."""
        if self.view.gesture is not None or not self.search.isHidden() or not self.scene.near_by:
            return None
        if not self.naming.isHidden() or not self.proposal.isHidden():
            return None
        levels, plan = self.scene.findings.levels, self.scene.plan
        pointed = self.card.born if self.card.underMouse() else self.scene.marked.hovered
        for born in (pointed, self.scene.selection.single):
            if (
                born is not None
                and born in plan
                and born in levels
                and plan.rect(born).intersects(self.view.camera.area)
            ):
                return born
        return None

    def apply(self, fix: Fix) -> None:
        """Press a fix."""
        self.scene.attempt(fix.label, partial(fix.apply, self.scene.document))
        self.view.setFocus()

    def _show_map(self) -> None:
        """The map has another picture."""
        self.corners.follow()
        self.view.viewport().update(self.minimap.place)

    def _refused(self, sentence: str) -> None:
        self.say(sentence, linger=True)

    def _on_screen(self, area: QRectF) -> QRect:
        return self.view.mapFromScene(area).boundingRect()

    # --- renaming

    def rename_selected(self) -> None:
        born = self.scene.selection.single
        if born is not None:
            self.view.camera.reveal([born])
            self.rename_node(born)
        elif len(scenery := self.scene.selection.scenery) == 1:
            self.view.camera.reveal(scenery)
            self.edit_scenery(scenery[0])

    def edit_scenery(self, key: str, step: str | None = None) -> None:
        """Edit the title of a frame, or the text of a note, where it stands; the title may belong to a step."""
        self._step = step
        places = self.scene.plan.places
        note = places.note(key)
        if note is not None:
            self.writing.ask(key, note.text, self._on_screen(places.rect(key)), self.view.camera.scale)
        elif (frame := places.frame(key)) is not None:
            area = title_area(self.view, key) or places.rect(key)
            self.rename.ask(key, frame.title, self._on_screen(area.adjusted(8, 4, -8, -4)), self.view.camera.scale)

    def write_new(self, at: QPointF) -> None:
        """Write a note that is not there yet."""
        self.close()
        self._new_at = at
        self.writing.ask("", "", self._on_screen(annotating.note_rect(at)), self.view.camera.scale)

    def rename_node(self, born: str) -> None:
        self._step = None
        plan = self.scene.plan
        over = self._on_screen(plan.look(born).title_rect.translated(plan.at(born)))
        self.rename.ask(born, self.scene.document.node(born).id, over, self.view.camera.scale)

    def _name_block(self, name: str) -> None:
        sentence = self.view.blocks.collapse(name)
        if sentence:
            self.naming.refuse(sentence)
        else:
            self.naming.accept()

    def _rename(self, born: str, name: str) -> None:
        document = self.scene.document

        def verb() -> bool:
            if born in self.scene.plan.places:
                edits.set_frame(document, born, title=name)
            else:
                edits.rename(document, born, name)
            return True

        step, self._step = self._step, None
        label = annotating.ADD_FRAME if step else "Rename"
        if not (document.has_node(born) or born in self.scene.plan.places) or self.scene.attempt(label, verb, step):
            self.rename.accept()
        else:
            self.rename.refuse()
