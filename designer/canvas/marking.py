"""The state in which each node and wire is drawn: selected, hovered, lit, wrong."""

from collections.abc import Iterable

from designer.canvas import states
from designer.canvas.findings import Findings
from designer.canvas.paint import Marks
from designer.canvas.shine import Shine
from designer.manner import Manner
from designer.selection import Selection
from graph.document import Document
from graph.records import Wire

DOOMED = Marks(level="error")


class Marking:
    """What is selected and wrong, and what gestures mark for a moment; none of it is in the document."""

    def __init__(self, document: Document, selection: Selection, findings: Findings, manner: Manner) -> None:
        self._document, self._selection, self._findings = document, selection, findings
        self.hovered: str | None = None
        self.hidden: str | None = None
        self.targets: frozenset[str] = frozenset()
        self.doomed: frozenset[str] = frozenset()
        self.bend: tuple[str, int] | None = None
        self.shine = Shine(document, selection, manner, findings)

    def node(self, born: str) -> Marks:
        """The state of a node."""
        return Marks(
            selected=born in self._selection,
            hovered=born == self.hovered,
            near=self.shine.holds(born),
            level=self._findings.levels.get(born, ""),
            target=born in self.targets,
        )

    def wire(self, wire: Wire) -> Marks:
        """The state of a wire; one that a gesture would take away looks as wrong ones do."""
        if wire.key in self.doomed:
            return DOOMED
        return Marks(
            selected=wire.key in self._selection,
            hovered=wire.key == self.hovered,
            near=self.shine.on_way(wire),
            level=self._findings.on_wire(wire),
            target=wire.key in self.targets,
            quiet=states.is_quiet(self._document, wire),
        )

    def passing(self) -> set[str]:
        """The keys that a gesture or the pointer marks now."""
        return {key for key in (self.hovered, self.hidden) if key} | self.targets | self.doomed

    def forget(self, keys: Iterable[str]) -> None:
        """Some keys are gone."""
        gone = set(keys)
        self.targets -= gone
        self.doomed -= gone
        self.shine.forget(gone)
        self.bend = None if self.bend is not None and self.bend[0] in gone else self.bend
        self.hovered = None if self.hovered in gone else self.hovered
        self.hidden = None if self.hidden in gone else self.hidden
