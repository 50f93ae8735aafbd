"""What can be done with blocks on the canvas: make one of nodes, look into one, take one apart."""

from typing import TYPE_CHECKING

from graph import edits, names
from graph.blocks import Placement
from graph.document import Document

if TYPE_CHECKING:
    from designer.canvas.view import View


class Blocks:
    """The commands on blocks of one canvas."""

    def __init__(self, view: "View") -> None:
        self.view, self.scene = view, view.drawing
        self.document, self.selection = self.scene.document, self.scene.selection

    def placed(self, born: str | None = None) -> type[Placement] | None:
        """The block that a node places, or the only selected node."""
        return placed(self.document, self.selection.single if born is None else born)

    def ask_collapse(self) -> None:
        """Ask for a name, and make the selected nodes a block that is called so."""
        keys = self.view.commands.taken()
        if keys:
            over = self.view.mapFromScene(self.scene.plan.bounds(keys)).boundingRect()
            frame = self.scene.plan.places.frame(keys[0])
            stem = names.legal(frame.title, self.document) if frame and frame.title else "Block"
            self.view.overlays.naming.ask_for(names.block_id(self.document, stem), over)

    def collapse(self, name: str) -> str:
        """Make the selected nodes a block; answers why that cannot be, as a sentence, or nothing."""
        keys = self.view.commands.taken()
        try:
            with self.scene.history.step("Collapse to a block"):
                made = edits.collapse(self.document, keys, name)
        except edits.Refused as refusal:
            return str(refusal)
        self.selection.set([made])
        return ""

    def new(self) -> None:
        """An empty block, placed where something new goes."""
        middle = self.view.camera.pointed(self.view.pointer)

        def verb() -> str:
            block = self.document.the_block(edits.new_block(self.document))
            return edits.add(self.document, block.id if block else "", at=(round(middle.x()), round(middle.y())))

        born = self.scene.attempt("New block", verb)
        if born is not None:
            self.selection.set([born])

    def unpack(self) -> None:
        """Put what is inside the selected blocks in their place."""
        births = [born for born in self.selection.births if placed(self.document, born)]
        if not births:
            return
        made = self.scene.attempt("Unpack", lambda: [one for b in births for one in edits.unpack(self.document, b)])
        if made is not None:
            self.selection.set(made)

    def fold(self) -> None:
        """Make blocks with ×N of what stands several times one behind the other, in the selection or on the level."""
        births = self.selection.births if len(self.selection.births) > 1 else None
        reading = self.scene.reading
        made = self.scene.attempt("Fold repeats", lambda: edits.fold_repeats(self.document, reading, births))
        if made:
            self.selection.set([one.born for one in made])
            self.view.overlays.say(f"Folded: {', '.join(one.text for one in made)}.", tone="good")

    def separate(self) -> None:
        """Give the selected block a definition of its own."""
        born = self.selection.single
        if born is not None:
            self.scene.attempt("Own definition", lambda: edits.separate(self.document, born))

    def enter(self, born: str | None = None) -> bool:
        """Look into a block; False if there is none."""
        born = born or self.selection.single
        if born is None or self.placed(born) is None:
            return False
        self.view.entering.emit(born)
        return True

    def leave(self) -> bool:
        """Look at what is around the block; False if nothing is."""
        if not self.document.block:
            return False
        self.view.leaving.emit()
        return True


def placed(document: Document, born: str | None) -> type[Placement] | None:
    """The block that a node places."""
    kind = document.kind(document.node(born)) if born is not None and document.has_node(born) else None
    return kind if kind is not None and issubclass(kind, Placement) else None
