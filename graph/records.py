"""The records a document is made of: frozen values, each under a key that never changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
Point: TypeAlias = tuple[float, float]
Select: TypeAlias = int | str | tuple[int | None, int | None] | None
"""What a wire takes of a value's last side: an index, a column's name, a range, or all of it."""

Rect: TypeAlias = tuple[float, float, float, float]
"""Left, top, width and height."""

SETTINGS = "#run"

MUTED, BYPASSED = "muted", "bypassed"
STATES = (MUTED, BYPASSED)
"""What a node can be besides at work: as if it was not drawn, or as if a bare wire stood there."""


_NOTHING: Mapping[str, Any] = {}


def nothing() -> Mapping[str, Any]:
    """No values: one mapping for all records that hold none."""
    return _NOTHING


class BadNumber(str):
    """A number of a file that no float can hold (NaN, 1e400), kept as it was written."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Node:
    """A node: its birth name is its key for life, `id` is the name the user sees.

    `params` holds what was typed; a parameter left out takes its default. `rank` is the place in document order,
    `state` one of `STATES`, or empty.
    """

    born: str
    id: str
    kind: str
    params: Mapping[str, Any] = field(default_factory=nothing)
    at: Point | None = None
    rank: int = 0
    block: str = ""
    extra: Mapping[str, Any] = field(default_factory=nothing)
    state: str = ""

    @property
    def key(self) -> str:
        return self.born


@dataclass(frozen=True, slots=True)
class Wire:
    """A wire from an output port to an input port, between two birth names.

    `weight` is what was typed for it: one number, or one for each component of a row.
    """

    source: str
    source_port: str
    target: str
    target_port: str
    select: Select = None
    weight: float | tuple[float, ...] | None = None
    fixed: bool = False
    via: tuple[Point, ...] = ()
    rank: int = 0
    block: str = ""
    extra: Mapping[str, Any] = field(default_factory=nothing)
    copy: int = 0
    key: str = field(init=False, repr=False, compare=False)
    """Unique in the document; `copy` tells apart wires that a file holds twice. Made once: it is asked for often."""

    def __post_init__(self) -> None:
        text = wire_text(self.source, self.source_port, self.select, self.target, self.target_port)
        object.__setattr__(self, "key", f"{text} #{self.copy}" if self.copy else text)


@dataclass(frozen=True, slots=True)
class Block:
    """The definition of a block: what its nodes and wires (those whose `block` is its birth name) are together.

    Its `Input` and `Output` nodes are its ports. `params` are its parameters with their defaults, which parameters of
    inner nodes follow (`"=4*width"`). A node whose kind is the block's present name places it.
    """

    born: str
    id: str
    params: Mapping[str, Any] = field(default_factory=nothing)
    rank: int = 0
    extra: Mapping[str, Any] = field(default_factory=nothing)

    @property
    def key(self) -> str:
        return block_key(self.born)


@dataclass(frozen=True, slots=True)
class Settings:
    """The run settings: how the drawing is trained."""

    params: Mapping[str, Any] = field(default_factory=nothing)
    extra: Mapping[str, Any] = field(default_factory=nothing)

    @property
    def key(self) -> str:
        return SETTINGS


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame drawn around a part of a drawing. What lies within it is not written anywhere: it is seen.

    `colour` is the name of a family of kinds, whose colour it takes; empty, it has none.
    """

    born: str
    rect: Rect
    title: str = ""
    colour: str = ""
    rank: int = 0
    block: str = ""
    extra: Mapping[str, Any] = field(default_factory=nothing)

    @property
    def key(self) -> str:
        return f"#frame/{self.born}"


@dataclass(frozen=True, slots=True)
class Note:
    """A text on the canvas, in Markdown; without a `size` it is as large as its text."""

    born: str
    at: Point
    text: str = ""
    size: Point | None = None
    rank: int = 0
    block: str = ""
    extra: Mapping[str, Any] = field(default_factory=nothing)

    @property
    def key(self) -> str:
        return f"#note/{self.born}"


class Bookmark(NamedTuple):
    """A place to come back to: the middle of what is seen and its zoom; `slot` is the digit that leads there, or 0."""

    name: str
    at: Point
    zoom: float = 1.0
    slot: int = 0
    extra: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What belongs to a whole level and is neither node nor wire: which way data flow on it, and its bookmarks."""

    block: str = ""
    flow: str = ""
    """"right" or "down"; empty inside a block: as the whole drawing, and there: to the right."""
    bookmarks: tuple[Bookmark, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=nothing)

    @property
    def key(self) -> str:
        return sheet_key(self.block)


@dataclass(frozen=True, slots=True)
class Stray:
    """Something of a file that cannot be read; it is shown as wrong and written back unharmed.

    `where` is the list it stood in ("nodes", "wires", "frames", "notes", "blocks"), or "" for a key of the whole file,
    which `name` tells; `block` the definition it stood in.
    """

    where: str
    name: str
    value: Any
    rank: int = 0
    reason: str = ""
    block: str = ""

    @property
    def key(self) -> str:
        return f"#{self.where or 'file'}/{self.name}{f' in {self.block}' if self.block else ''}"


Scenery: TypeAlias = Frame | Note | Sheet
"""What stands on a level and means nothing: no shape, no check and no line of source depends on it."""

Placed: TypeAlias = Node | Wire | Stray | Scenery
"""What stands on a level."""

Record: TypeAlias = Placed | Block | Settings


def block_key(born: str) -> str:
    """The key of a block's record."""
    return f"#block/{born}"


def sheet_key(block: str) -> str:
    """The key of the sheet of a level."""
    return f"#sheet/{block}" if block else "#sheet"


def level_of(record: Record) -> str:
    """The birth name of the block that a record stands in; empty for the drawing itself."""
    block: str = getattr(record, "block", "")
    return block


def select_text(select: Select) -> str:
    """What a selection looks like behind a port: `[0]`, `[2:5]`, `["alcohol"]`, or nothing."""
    if select is None:
        return ""
    if isinstance(select, tuple):
        first, last = ("" if side is None else str(side) for side in select)
        return f"[{first}:{last}]"
    if isinstance(select, str):
        return '["' + select.replace("\\", "\\\\").replace('"', '\\"') + '"]'
    return f"[{select}]"


def wire_text(source: str, source_port: str, select: Select, target: str, target_port: str) -> str:
    """A wire as the file writes it: `digits.x[0] -> fc1.x`."""
    return f"{source}.{source_port}{select_text(select)} -> {target}.{target_port}"


def ranked(records: Sequence[Record]) -> list[Record]:
    """Records in document order (settings, which have no place, first)."""
    return sorted(records, key=lambda record: getattr(record, "rank", -1))
