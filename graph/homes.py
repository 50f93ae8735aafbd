"""Which file of the vocabulary declares which kind, read off the text of the files, so that few have to be imported."""

from __future__ import annotations

import importlib
import re
from functools import cache
from pathlib import Path
from types import ModuleType

import graph.kinds as package
from graph.spec import Kind

_CLASS = re.compile(rb"^class ([A-Za-z]\w*)\(", re.MULTILINE)


def around(name: str) -> list[type[Kind]]:
    """The kinds of the file that declares one, imported now; all kinds where there are no files that could be read."""
    found = _homes()
    if not found:
        return everything()
    return declared(_module(found[name])) if name in found else []


def everything() -> list[type[Kind]]:
    """All kinds of the vocabulary, in the order of the names of their files."""
    import pkgutil

    names = [info.name for info in pkgutil.iter_modules(package.__path__)]
    return [kind for name in names for kind in declared(_module(name))]


def declared(module: ModuleType) -> list[type[Kind]]:
    """The kinds that a module declares, in its order; those that begin with an underscore are bases."""
    return [
        value
        for name, value in vars(module).items()
        if isinstance(value, type)
        and issubclass(value, Kind)
        and value.__module__ == module.__name__
        and name[0] != "_"
    ]


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"{package.__name__}.{name}")


@cache
def _homes() -> dict[str, str]:
    """The names of files by those of the classes in their text, some of which are no kinds."""
    files = sorted(file for folder in package.__path__ for file in Path(folder).glob("*.py"))
    return {name.decode(): file.stem for file in files for name in _CLASS.findall(file.read_bytes())}
