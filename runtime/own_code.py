"""Runs Python files of the user's: only where they are trusted, and only the very content that was."""

from __future__ import annotations

import linecache
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from graph.kinds.own_module import PyTorchModule
from graph.meaning import meant
from graph.own_code import module_name
from runtime import trust

if TYPE_CHECKING:
    from graph.document import Document


class Locked(Exception):
    """A file that must not run; the sentence says why and what to do."""


def files(document: Document, base: Path) -> dict[str, Path]:
    """The files of own code in a drawing, its blocks included, by the name under which model.py imports them."""
    found: dict[str, Path] = {}
    for level in _levels(document):
        for node in level.nodes():
            made = level.make(node)
            if isinstance(made, PyTorchModule) and made.source:
                found[module_name(made.path)] = base / made.path
    return found


def _levels(document: Document) -> list[Document]:
    """The drawing and what is inside its blocks, as they are meant: what is muted runs nothing."""
    drawn = document.drawn
    return [meant(level) for level in (drawn, *(drawn.inside(block.born) for block in drawn.blocks()))]


def load(path: Path, name: str) -> ModuleType:
    """The module in a trusted file: what was read and checked is run. Raises Locked, and what its code raises."""
    try:
        content = trust.read(path)
    except trust.NotRead as error:
        raise Locked(str(error)) from None
    if not trust.is_trusted(content):
        raise Locked(trust.locked(path))
    module = ModuleType(name)
    module.__file__ = str(path)
    text = trust.text(content)
    linecache.cache[str(path)] = (len(text), None, text.splitlines(keepends=True), str(path))
    with _standing(name, module):
        exec(compile(text, str(path), "exec", dont_inherit=True), module.__dict__)
    return module


@contextmanager
def importable(given: dict[str, Path]) -> Iterator[None]:
    """Inside, model.py can import these files. Raises Locked."""
    before = {name: sys.modules.get(name) for name in given}
    try:
        sys.modules.update({name: load(path, name) for name, path in given.items()})
        yield
    finally:
        for name, module in before.items():
            _put(name, module)


@contextmanager
def _standing(name: str, module: ModuleType) -> Iterator[None]:
    """Inside, a module is known by its name, as its own code expects (dataclasses look themselves up)."""
    before = sys.modules.get(name)
    sys.modules[name] = module
    try:
        yield
    finally:
        _put(name, before)


def _put(name: str, module: ModuleType | None) -> None:
    if module is None:
        sys.modules.pop(name, None)
    else:
        sys.modules[name] = module
