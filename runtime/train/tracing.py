"""Follows generated source line by line and notes the first value, and the first slope, that is not finite."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import torch
from torch import nn

from runtime.emit.source import Source
from runtime.train.state import modules

WORD = re.compile(r"(?<![.\w])[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Sighting:
    """A place in a computation: the node on that line, the module around it, the step of a sequence (from 1, or 0).

    `low` and `high`: between what the numbers lay that came in there; None where that is not known.
    """

    born: str
    path: str = ""
    time: int = 0
    low: float | None = None
    high: float | None = None


@dataclass(slots=True)
class Seen:
    """What was found in a step."""

    forward: Sighting | None = None
    gradient: Sighting | None = None


@dataclass(slots=True)
class _Frame:
    """What is known of a call of generated source: its values so far, and the line that is being computed."""

    line: int
    values: dict[str, Any] = field(default_factory=dict)


class Tracer:
    """Watches calls of functions of certain texts. `sources`: the name of each file and what stands in it."""

    def __init__(self, sources: Mapping[str, Source], training: Any) -> None:
        self.seen = Seen()
        self._texts = {name: source.text.splitlines() for name, source in sources.items()}
        self._births = {name: dict(_by_line(source)) for name, source in sources.items()}
        self._frames: dict[FrameType, _Frame] = {}
        self._labels: dict[Any, Sighting] = {}
        self._paths = {
            id(module): path for home in modules(training).values() for path, module in home.named_modules() if path
        }

    @contextmanager
    def at_work(self) -> Iterator[Seen]:
        before = sys.gettrace()
        sys.settrace(self._enter)
        try:
            yield self.seen
        finally:
            sys.settrace(before)
            self._frames.clear()
            self._labels.clear()

    # --- frames

    def _enter(self, frame: FrameType, event: str, argument: Any) -> Callable[..., Any] | None:
        if frame.f_code.co_filename not in self._births:
            return None
        self._frames[frame] = _Frame(frame.f_lineno, dict(frame.f_locals))
        return self._follow

    def _follow(self, frame: FrameType, event: str, argument: Any) -> Callable[..., Any]:
        known = self._frames.get(frame)
        if known is not None and event in ("line", "return"):
            self._compare(frame, known, {"return": argument} if event == "return" else {})
            known.line = frame.f_lineno
            if event == "return":
                del self._frames[frame]
        return self._follow

    def _compare(self, frame: FrameType, known: _Frame, more: Mapping[str, Any]) -> None:
        """Looks at what the last line has made."""
        born = self._births[frame.f_code.co_filename].get(known.line)
        now = {**frame.f_locals, **more}
        fresh = [value for name, value in now.items() if known.values.get(name) is not value]
        tensors = [tensor for value in fresh for tensor in _tensors(value)] if born else []
        before, known.values = known.values, dict(frame.f_locals)
        if not tensors or born is None:
            return
        place = self._place(frame, known.line, born, before)
        if self.seen.forward is None and not all(map(finite, tensors)):
            self.seen.forward = place
        for tensor in tensors:
            self._label(tensor.grad_fn, place)

    def _place(self, frame: FrameType, line: int, born: str, before: Mapping[str, Any]) -> Sighting:
        text = self._texts[frame.f_code.co_filename][line - 1]
        given = [
            tensor for name in WORD.findall(text.partition(" = ")[2] or text) for tensor in _tensors(before.get(name))
        ]
        numbers = [tensor.detach() for tensor in given if tensor.is_floating_point() and tensor.numel()]
        low = min((float(tensor.min()) for tensor in numbers), default=None)
        high = max((float(tensor.max()) for tensor in numbers), default=None)
        return Sighting(born, self._paths.get(id(frame.f_locals.get("self")), ""), self._time(frame.f_back), low, high)

    def _time(self, frame: FrameType | None) -> int:
        """Which step of a sequence is being computed; 0 outside of loops."""
        while frame is not None:
            known = self._frames.get(frame)
            name = self._counter(frame.f_code.co_filename, known.line) if known else ""
            if name in (frame.f_locals if known else ()):
                return int(frame.f_locals[name]) + 1
            frame = frame.f_back
        return 0

    def _counter(self, file: str, line: int) -> str:
        """The name that counts in the loop around a line."""
        texts = self._texts[file]
        own = _indent(texts[line - 1])
        for text in reversed(texts[: line - 1]):
            if text.strip() and _indent(text) < own:
                found = re.match(r"\s*for (\w+) in range\(", text)
                return found[1] if found and found[1] != "_" else ""
        return ""

    # --- slopes

    def _label(self, function: Any, place: Sighting) -> None:
        """Notes of all that a value was computed by since the last one where it stands, and looks at its slopes."""
        todo = [function]
        while todo:
            function = todo.pop()
            if function is None or function in self._labels:
                continue
            self._labels[function] = place
            function.register_hook(self._slopes(place))
            todo += [before for before, _ in function.next_functions]

    def _slopes(self, place: Sighting) -> Callable[[Any, Any], None]:
        def compare(onward: Any, given: Any) -> None:
            fine = all(finite(slope) for slope in given if slope is not None)
            lost = any(not finite(slope) for slope in onward if slope is not None)
            if self.seen.gradient is None and fine and lost:
                self.seen.gradient = place

        return compare


def finite(tensor: torch.Tensor) -> bool:
    """Whether all its numbers are numbers, and not infinite."""
    return not tensor.is_floating_point() or bool(torch.isfinite(tensor).all())


def _tensors(value: Any) -> list[torch.Tensor]:
    if isinstance(value, torch.Tensor) and not isinstance(value, nn.Parameter):
        return [value]
    return [tensor for part in value for tensor in _tensors(part)] if isinstance(value, tuple) else []


def _by_line(source: Source) -> Iterator[tuple[int, str]]:
    """For each line the node it computes; of several the last one."""
    for born, ranges in source.lines.items():
        for first, last in ranges:
            for line in range(first, last + 1):
                yield line, born


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())
