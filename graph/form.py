"""How records and values are written as JSON: for the project file, the clipboard and the crash journal."""

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from typing import Any, TypeAlias

from graph.patch import Patch
from graph.records import (
    BadNumber,
    Block,
    Bookmark,
    Frame,
    Node,
    Note,
    Point,
    Record,
    Select,
    Settings,
    Sheet,
    Stray,
    Wire,
    nothing,
)  # fmt: skip

LIMIT = 2**63
"""Whole numbers from here on fit no tensor; they are kept as they were written."""

DEEPEST = 100
"""Levels of nesting that a file may have."""

Ends: TypeAlias = tuple[str, str, Select, str, str]

_NUMBER = re.compile(r"-?(?:NaN|Infinity|[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NAME = r"[^\s.\[\]>@#]+(?: +[^\s.\[\]>@#]+)*"
_PORT = r"[^\s.\[\]>@#-]+"
_WHOLE = r"-?[0-9]{1,18}"
_SELECT = rf'\[(?:(?P<at>{_WHOLE})|(?P<first>{_WHOLE})?:(?P<last>{_WHOLE})?|"(?P<column>(?:[^"\\]|\\.)*+)")\]'
_WIRE = re.compile(
    rf"\s*(@?{_NAME})\.({_PORT})({_SELECT})?\s*->\s*(@?{_NAME})\.({_PORT})\s*",
    re.DOTALL,
)
_BIRTH = re.compile(_NAME)
_TYPES: dict[str, type[Record]] = {
    "node": Node, "wire": Wire, "block": Block, "settings": Settings, "stray": Stray,
    "frame": Frame, "note": Note, "sheet": Sheet,
}  # fmt: skip

_FORMS = {kind: form for form, kind in _TYPES.items()}

_GIVEN: dict[str, list[tuple[str, Any]]] = {
    form: [
        (given.name, nothing() if given.default_factory is nothing else given.default)
        for given in fields(kind)
        if given.init
    ]
    for form, kind in _TYPES.items()
}
"""What a record is made of, by name, each with what stands for nothing said."""


class TwiceError(ValueError):
    """An object of a file has one key twice: reading it would lose one of the two."""

    def __init__(self, name: str, near: str) -> None:
        super().__init__(name)
        self.name, self.near = name, near


# --- values


def load(text: str) -> Any:
    """The value of a JSON text. Numbers that no tensor can hold become `BadNumber`; a key given twice is an error."""
    return json.loads(
        text, parse_constant=BadNumber, parse_float=_float, parse_int=_int, object_pairs_hook=_object
    )  # fmt: skip


def dump(value: Any) -> str:
    """A value as JSON on one line; a `BadNumber` is written as it was read."""
    text = json.dumps(value, ensure_ascii=False) if _is_usual(value) else _dump(value)
    return text if text.isascii() else _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def plain(value: Any) -> Any:
    """A value as JSON would give it back: lists for tuples, `BadNumber` for what no tensor can hold."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return BadNumber(json.dumps(value))
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= LIMIT:
        return BadNumber(f"{value:#x}" if value.bit_length() > 10_000 else value)
    return value


def same(left: Any, right: Any) -> bool:
    """Whether two values are written alike: unlike `==` this tells `1` from `true` and a bad number from a text."""
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        return len(left) == len(right) and all(map(same, left, right))
    kinds = (bool, BadNumber)
    return bool(left == right) and all(isinstance(left, kind) == isinstance(right, kind) for kind in kinds)


def too_deep(value: Any) -> bool:
    """Whether a value is nested deeper than a program should follow."""
    level = [value]
    for _ in range(DEEPEST):
        level = [item for part in level for item in _parts(part)]
        if not level:
            return False
    return True


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def point(value: Any) -> Point | None:
    """The two numbers of a list of two numbers."""
    if isinstance(value, list) and len(value) == 2 and all(map(is_number, value)):
        return value[0], value[1]
    return None


def _parts(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _is_usual(value: Any) -> bool:
    """Whether a value holds nothing but what the library writes just so, and many times faster."""
    kind = type(value)
    if kind is dict:
        parts = value.values()
        if not _TEXT.issuperset(map(type, value)):
            return False
    elif kind is list or kind is tuple:
        parts = value
    else:
        return kind in _USUAL
    return all(_is_usual(part) for part in parts if type(part) not in _USUAL)


_USUAL = frozenset({str, int, float, bool, type(None)})
_TEXT = frozenset({str})


def _dump(value: Any) -> str:
    if isinstance(value, BadNumber) and _NUMBER.fullmatch(value):
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_dump(str(key))}: {_dump(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_dump, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _float(text: str) -> float | BadNumber:
    value = float(text)
    lost = math.isinf(value) or (value == 0 and re.search("[1-9]", text.lower().split("e")[0]) is not None)
    return BadNumber(text) if lost else value


def _int(text: str) -> int | BadNumber:
    if len(text) > 20:
        return BadNumber(text)
    value = int(text)
    return value if abs(value) < LIMIT else BadNumber(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise TwiceError(twice, dump(dict(pairs[:1])))
    return made


# --- wires


def parse_wire(text: str) -> Ends | None:
    """Source, its port, selection, target and its port of `digits.x[0] -> fc1.x`; None if it is no wire."""
    found = _WIRE.fullmatch(text)
    if found is None:
        return None
    source, port = found[1], found[2]
    return source, port, _select(found), found[found.re.groups - 1], found[found.re.groups]


def _select(found: re.Match[str]) -> Select:
    if found["at"] is not None:
        return int(found["at"])
    if found["column"] is not None:
        return re.sub(r"\\(.)", r"\1", found["column"], flags=re.DOTALL)
    if found[3] is None:
        return None
    return _side(found["first"]), _side(found["last"])


def _side(text: str | None) -> int | None:
    return None if text is None else int(text)


def is_name(text: Any) -> bool:
    """Whether a text can stand for a node in the text of a wire."""
    return isinstance(text, str) and _BIRTH.fullmatch(text) is not None


# --- records


def to_json(record: Record) -> dict[str, Any]:
    """A record with all its fields, births and ranks included; what equals the default is left out."""
    form = _FORMS[type(record)]
    written: dict[str, Any] = {"type": form}
    for name, default in _GIVEN[form]:
        value = getattr(record, name)
        if value is not default and not (type(value) is type(default) and value == default):
            written[name] = value
    return written


def from_json(value: Mapping[str, Any]) -> Record:
    """The record that `to_json` has written; a ValueError if it is none."""
    try:
        given = dict(value)
        type = _TYPES[given.pop("type")]
        needed = [field for field in fields(type) if field.init and field.default is MISSING]
        empty = {field.name: "" for field in needed if field.type in (str, "str")}
        return type(**{**empty, **{name: _FIELDS.get((type, name), _same)(item) for name, item in given.items()}})
    except (KeyError, TypeError) as error:
        raise ValueError(f"This is no record: {error}") from error


def records_to_json(records: Iterable[Record]) -> list[dict[str, Any]]:
    return [to_json(record) for record in records]


def records_from_json(values: Iterable[Mapping[str, Any]]) -> list[Record]:
    return [from_json(value) for value in values]


def patch_to_json(patch: Patch) -> dict[str, Any]:
    """A change as JSON: for each key what was there and what is there after."""
    return {key: [side and to_json(side) for side in pair] for key, pair in patch.items()}


def patch_from_json(value: Mapping[str, Any]) -> Patch:
    """The change that `patch_to_json` has written; a ValueError if it is none."""
    try:
        return {
            key: (before and from_json(before), after and from_json(after)) for key, (before, after) in value.items()
        }
    except (AttributeError, TypeError) as error:
        raise ValueError(f"This is no change: {error}") from error


def _same(value: Any) -> Any:
    return value


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _points(value: Any) -> Any:
    return tuple(tuple(point) for point in value)


def _bookmarks(value: Any) -> Any:
    return tuple(Bookmark(name, tuple(at), *rest) for name, at, *rest in value)


_FIELDS = {
    (Node, "at"): _tuple,
    (Wire, "select"): _tuple,
    (Wire, "weight"): _tuple,
    (Wire, "via"): _points,
    (Frame, "rect"): _tuple,
    (Note, "at"): _tuple,
    (Note, "size"): _tuple,
    (Sheet, "bookmarks"): _bookmarks,
}
