"""What is wrong with a drawing, in a sentence, with a fix where there is one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from graph.document import Document
from graph.patch import Patch

Level: TypeAlias = Literal["error", "warning", "hint"]
LEVELS: tuple[Level, ...] = ("error", "warning", "hint")


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that helps: `label` is what the button says."""

    label: str
    verb: Callable[[Document], Any] = field(compare=False, repr=False)

    def apply(self, document: Document) -> None:
        """Do it, as one transaction."""
        with document.change():
            self.verb(document)

    def patch(self, document: Document) -> Patch:
        """What it would change, without changing it."""
        return document.draft(self.verb)


@dataclass(frozen=True, slots=True)
class Offer:
    """What helps and is no change of the drawing: `topic` says what the program then asks, `about` of what."""

    label: str
    topic: Literal["trust"]
    about: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `born` is the node's birth name, `#run` for the run settings, "" for the file as a whole."""

    code: str
    level: Level
    born: str
    message: str
    port: str = ""
    wire: str = ""
    fix: Fix | None = None
    offer: Offer | None = None
