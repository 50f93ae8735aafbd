"""The records a document is made of: frozen values, each under a key that never changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
Point: TypeAlias = tuple[float, float]
Select: TypeAlias = int | str | tuple[int | None, int | None] | None
"""What a wire takes of a value's last side: an index, a column's name, a range, or all of it."""

SETTINGS = "#run"


class BadNumber(str):
    """A number of a file that no float can hold (NaN, 1e400), kept as it was written."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Node:
    """A node: its birth name is its key for life, `id` is the name the user sees.

    `params` holds what was typed; a parameter left out takes its default. `rank` is the place in document order.
    """

    born: str
    id: str
    kind: str
    params: Mapping[str, Any] = field(default_factory=dict)
    at: Point | None = None
    rank: int = 0
    block: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

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
    extra: Mapping[str, Any] = field(default_factory=dict)
    copy: int = 0

    @property
    def key(self) -> str:
        """Unique in the document; `copy` tells apart wires that a file holds twice."""
        text = wire_text(self.source, self.source_port, self.select, self.target, self.target_port)
        return f"{text} #{self.copy}" if self.copy else text


@dataclass(frozen=True, slots=True)
class Block:
    """The definition of a block: what its nodes and wires (those whose `block` is its birth name) are together.

    Its `Input` and `Output` nodes are its ports. `params` are its parameters with their defaults, which parameters of
    inner nodes follow (`"=4*width"`). A node whose kind is the block's present name places it.
    """

    born: str
    id: str
    params: Mapping[str, Any] = field(default_factory=dict)
    rank: int = 0
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return block_key(self.born)


@dataclass(frozen=True, slots=True)
class Settings:
    """The run settings: how the drawing is trained."""

    params: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return SETTINGS


@dataclass(frozen=True, slots=True)
class Stray:
    """Something of a file that cannot be read; it is shown as wrong and written back unharmed.

    `where` is the list it stood in ("nodes", "wires", "blocks"), or "" for a key of the whole file, which `name` tells;
    `block` the definition it stood in.
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


Record: TypeAlias = Node | Wire | Block | Settings | Stray


def block_key(born: str) -> str:
    """The key of a block's record."""
    return f"#block/{born}"


def level_of(record: Record) -> str:
    """The birth name of the block that a record stands in; empty for the drawing itself."""
    return record.block if isinstance(record, (Node, Wire, Stray)) else ""


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
