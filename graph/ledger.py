"""Records and patches as JSON text and back, exactly: what the crash journal is written in."""

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

from graph.patch import Patch
from graph.records import BadNumber, Node, Record, Settings, Stray, Wire

_TYPES: dict[str, type[Record]] = {kind.__name__: kind for kind in (Node, Wire, Settings, Stray)}
_NUMBER, _OBJECT = "#number", "#object"


def write_patch(patch: Patch) -> str:
    """One line, without its end."""
    plain = {key: [_from_record(before), _from_record(after)] for key, (before, after) in patch.items()}
    return json.dumps(plain, separators=(",", ":"))


def read_patch(line: str) -> Patch:
    """The patch of a line; a ValueError if it is not one."""
    plain = json.loads(line)
    try:
        return {str(key): (_to_record(before), _to_record(after)) for key, (before, after) in plain.items()}
    except (AttributeError, KeyError, TypeError, ValueError) as wrong:
        raise ValueError("not a line of a journal") from wrong


def _from_record(record: Record | None) -> list[Any] | None:
    """The record's type and the fields that are not at their defaults."""
    if record is None:
        return None
    told = {}
    for field in fields(record):
        value = getattr(record, field.name)
        if field.default is MISSING or value != field.default:
            told[field.name] = _plain(value)
    return [type(record).__name__, told]


def _to_record(told: Any) -> Record | None:
    if told is None:
        return None
    name, values = told
    kind = _TYPES[name]
    return kind(**{key: _typed(key, _whole(value)) for key, value in values.items()})


def _typed(name: str, value: Any) -> Any:
    """Points and ranges are tuples in records and lists in JSON."""
    if name == "via":
        return tuple(tuple(point) for point in value)
    return tuple(value) if name in ("at", "select") and isinstance(value, list) else value


def _plain(value: Any) -> Any:
    if isinstance(value, BadNumber):
        return {_NUMBER: str(value)}
    if isinstance(value, Mapping):
        inner = {key: _plain(item) for key, item in value.items()}
        return {_OBJECT: inner} if any(key in (_NUMBER, _OBJECT) for key in inner) else inner
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def _whole(value: Any) -> Any:
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {_NUMBER}:
        return BadNumber(value[_NUMBER])
    inner = value[_OBJECT] if value.keys() == {_OBJECT} else value
    return {key: _whole(item) for key, item in inner.items()}
