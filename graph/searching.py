"""Finds what stands in a drawing and its blocks: nodes by name, kind or parameter (`fc`, `Conv2d kernel_size=3`,
`lr<0.01`), frames by title, notes by text, bookmarks by name."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from graph import framing
from graph.document import Document
from graph.records import Frame, Node
from graph.spec import Kind

ORDERS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
SHORTEST = 3
"""So many letters of a parameter's name must be typed; of a shorter name all."""
CONDITION = re.compile(r"(\w+)\s*(<=|>=|!=|==|=|<|>)\s*(\(.*?\)|\[.*?\]|\S+)")


@dataclass(frozen=True, slots=True)
class Hit:
    """What fits: the key of a node, a frame or a note, and of a sheet, one of whose bookmarks is called so.

    `block` is the birth name of the block it stands in, `why` the values that were asked for.
    """

    born: str
    block: str
    why: str = ""
    bookmark: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """What a parameter must be. Its name may be cut short."""

    name: str
    sign: str
    value: str

    def met(self, node: Node, kind: type[Kind] | None) -> str | None:
        """The parameter and its value, if a node meets it."""
        for name in _called(self.name, {**(kind.params if kind else {}), **node.params}):
            value = node.params[name] if name in node.params else kind.params[name].default if kind else None
            if _holds(value, self.sign, self.value):
                return f"{name} = {_text(value)}"
        return None


def search(document: Document, text: str) -> Iterator[Hit | None]:
    """What fits every word and every condition, level by level; None for each that does not, so that whoever asks can
    pause at any moment. What is no node has words only."""
    conditions = [Condition(*found) for found in CONDITION.findall(text)]
    words = CONDITION.sub(" ", text).casefold().split()
    if not words and not conditions:
        return
    for level in [document, *(document.inside(block.born) for block in document.blocks())]:
        for node in level.nodes():
            yield _hit(level, node, words, conditions)
        if not conditions:
            for hit, called in _beside(level):
                yield hit if all(word in called for word in words) else None


def _hit(level: Document, node: Node, words: list[str], conditions: list[Condition]) -> Hit | None:
    kind = level.catalogue.get(node.kind)
    if words:
        called = f"{node.id} {node.kind} {kind.title if kind else ''}".casefold()
        typed = [_text(value).casefold() for value in node.params.values() if isinstance(value, str)]
        if not all(word in called or any(word in value for value in typed) for word in words):
            return None
    met = [condition.met(node, kind) for condition in conditions]
    if any(why is None for why in met):
        return None
    return Hit(node.born, node.block, ", ".join(why for why in met if why))


def _beside(level: Document) -> Iterator[tuple[Hit, str]]:
    """What stands on a level beside its nodes, and the text that it is found by: as of a node, its sort is in it."""
    for record in framing.scenery(level):
        text = f"{record.title} frame" if isinstance(record, Frame) else f"{record.text} note"
        yield Hit(record.key, level.block), text.casefold()
    sheet = level.sheet
    for mark in sheet.bookmarks:
        yield Hit(sheet.key, level.block, bookmark=mark.name), f"{mark.name} bookmark".casefold()


def _called(name: str, params: dict[str, Any]) -> list[str]:
    """The parameters that are meant by a name: the one that is called so, or those that have it in theirs."""
    if name in params:
        return [name]
    if len(name) < SHORTEST:
        return []
    short = name.casefold()
    return [known for known in params if short in known.casefold()]


def _holds(value: Any, sign: str, wanted: str) -> bool:
    if sign in ORDERS:
        number, limit = _number(value), _number(wanted)
        return number is not None and limit is not None and ORDERS[sign](number, limit)
    return _same(value, wanted) != (sign == "!=")


def _same(value: Any, wanted: str) -> bool:
    """Whether a value is what was typed; a list of equal values is each of them."""
    if isinstance(value, (list, tuple)) and value and all(_same(each, wanted) for each in value):
        return True
    number, typed = _number(value), _number(wanted)
    if number is not None and typed is not None:
        return number == typed
    return _bare(_text(value)) == _bare(wanted)


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _text(value: Any) -> str:
    return ", ".join(map(_text, value)) if isinstance(value, (list, tuple)) else str(value)


def _bare(text: str) -> str:
    """A value as it is compared: without brackets, quotes and blanks, in small letters."""
    return re.sub(r"[\s()\[\]'\"]", "", text).casefold()
