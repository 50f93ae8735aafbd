"""Finds nodes of a drawing and its blocks by name, kind or parameter: `fc`, `Conv2d kernel_size=3`, `lr<0.01`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from graph.document import Document
from graph.records import Node
from graph.spec import Kind

ORDERS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
SHORTEST = 3
"""So many letters of a parameter's name must be typed; of a shorter name all."""
CONDITION = re.compile(r"(\w+)\s*(<=|>=|!=|==|=|<|>)\s*(\(.*?\)|\[.*?\]|\S+)")


@dataclass(frozen=True, slots=True)
class Hit:
    """A node that fits: `block` is the birth name of the block it stands in, `why` the values that were asked for."""

    born: str
    block: str
    why: str


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
    """The nodes that fit every word and every condition, level by level; None for each that does not, so that whoever
    asks can pause at any moment."""
    conditions = [Condition(*found) for found in CONDITION.findall(text)]
    words = CONDITION.sub(" ", text).casefold().split()
    if not words and not conditions:
        return
    for level in [document, *(document.inside(block.born) for block in document.blocks())]:
        for node in level.nodes():
            yield _hit(level, node, words, conditions)


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
