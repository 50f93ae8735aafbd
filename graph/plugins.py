"""Kinds that installed packages bring, through the entry point group `neuroloom.kinds`; a broken package is left out.

A plug-in is imported wherever drawings are read, in the window's own process too: what would load PyTorch or another
large library is refused, and so is all that is not a good kind. Nothing a plug-in does while it is imported keeps the
program from starting.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from graph.param import Param
from graph.roles import Data
from graph.spec import Kind, Port

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "neuroloom.kinds"

SWITCH = "NEUROLOOM_PLUGINS"
"""An environment variable; "off" starts the program without plug-ins."""

HEAVY = ("torch", "torchvision", "torchaudio", "tensorflow", "jax", "pandas", "sklearn", "scipy", "PySide6", "PyQt6")
"""What a plug-in cannot import: the window would be slow to open, or hold a library twice."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A package, or one kind of it, that is not there, and why."""

    package: str
    why: str

    def __str__(self) -> str:
        return f"The plug-in {self.package} was left out: {self.why}"


@dataclass(slots=True)
class Plugins:
    """What installed packages bring: kinds, the package of each by the kind's name, and what was left out."""

    kinds: list[type[Kind]] = field(default_factory=list)
    packages: dict[str, str] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)


def load(taken: Container[str]) -> Plugins:
    """The kinds of all installed plug-ins; `taken` are names that no plug-in can use."""
    found = Plugins()
    for entry in _entries():
        package = _package(entry)
        try:
            with _without(HEAVY):
                brought = list(_brought(_loaded(entry)))
        except (KeyboardInterrupt, MemoryError):
            raise
        except BaseException as error:  # importing runs foreign code, which may raise anything
            found.left_out.append(LeftOut(package, _import_sentence(error)))
            continue
        for kind in brought:
            _take(found, kind, package, taken)
    return found


def _entries() -> list[EntryPoint]:
    """The entry points in a fixed order, each once."""
    if os.environ.get(SWITCH, "").lower() in ("off", "0", "no") or not any(map(_has_plugins, sys.path)):
        return []
    try:
        from importlib.metadata import entry_points  # costs more than all the rest of a start without plug-ins

        return sorted(set(entry_points(group=GROUP)), key=lambda entry: (_package(entry), entry.name, entry.value))
    except Exception:  # what is installed may be damaged in any way; that is no reason not to start
        return []


def _has_plugins(folder: str) -> bool:
    """Whether any package installed in a folder says that it brings kinds: a quick look at files of some bytes each."""
    try:
        with os.scandir(folder or ".") as entries:
            infos = [Path(entry.path) for entry in entries if entry.name.endswith((".dist-info", ".egg-info"))]
    except OSError:
        return False
    return any(_mentions(info / "entry_points.txt") for info in infos)


def _mentions(file: Path) -> bool:
    try:
        return GROUP.encode() in file.read_bytes()
    except OSError:
        return False


def _package(entry: EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.name


def _loaded(entry: EntryPoint) -> Any:
    """What an entry point names: a module, or something in one."""
    module = importlib.import_module(entry.module)
    found: Any = module
    for name in filter(None, (entry.attr or "").split(".")):
        found = getattr(found, name)
    return found


def _brought(found: Any) -> Iterator[Any]:
    """The kinds in a module, in its order, or those that a list names, or the one."""
    if isinstance(found, ModuleType):
        package = found.__name__.partition(".")[0]
        for name, value in vars(found).items():
            is_kind = isinstance(value, type) and issubclass(value, Kind) and name[0] != "_"
            if is_kind and value.__module__.partition(".")[0] == package:
                yield value
    elif isinstance(found, (list, tuple)):
        yield from found
    else:
        yield found


# --- what a plug-in must not import


class _Refused(ImportError):
    """A library that a plug-in cannot import."""


class _Gate(MetaPathFinder):
    def __init__(self, names: Iterable[str]) -> None:
        self.names = frozenset(names)

    def find_spec(self, fullname: str, path: Any, target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname.partition(".")[0] in self.names:
            raise _Refused(fullname)
        return None


@contextmanager
def _without(names: Iterable[str]) -> Iterator[None]:
    """Inside, these libraries cannot be imported, whether they are loaded already or not."""
    gate = _Gate(names)
    aside = {name: module for name, module in sys.modules.items() if name.partition(".")[0] in gate.names}
    for name in aside:
        del sys.modules[name]
    sys.meta_path.insert(0, gate)
    try:
        yield
    finally:
        sys.meta_path.remove(gate)
        sys.modules.update(aside)


def _import_sentence(error: BaseException) -> str:
    if isinstance(error, _Refused):
        name = str(error).partition(".")[0]
        return f"it imports {name} while it is loaded, which a window must not hold. Kinds are declared without it."
    words = " ".join(str(error).split())[:200] or "no reason is given"
    return f"it cannot be imported ({type(error).__name__}): {words.rstrip('.')}."


# --- what is a good kind


def _take(found: Plugins, kind: Any, package: str, taken: Container[str]) -> None:
    """Add a kind, or say why it is left out."""
    try:
        why = _why_not(kind)
    except Exception as error:
        why = f"it fails when it is looked at ({type(error).__name__}: {' '.join(str(error).split())[:200]})"
    name = getattr(kind, "__name__", repr(kind))[:60]
    if why is None and name in found.packages:
        why = f"{found.packages[name]} brings a kind of that name" if found.packages[name] != package else ""
    elif why is None and name in taken:
        why = "Neuroloom has a kind of that name"
    if why is None:
        found.kinds.append(kind)
        found.packages[name] = package
    elif why:
        found.left_out.append(LeftOut(package, f"its kind {name} cannot be used: {why}."))


def _why_not(kind: Any) -> str | None:
    """Why something cannot stand on a canvas as a kind, as the end of a sentence."""
    if not (isinstance(kind, type) and issubclass(kind, Kind)):
        return "it is not a class made from graph.roles"
    if issubclass(kind, Data):
        return "it is a source of data, and those cannot come with a plug-in"
    if not kind.help():
        return "it has no docstring to tell people what it does"
    if not kind.family:
        return "it has no family, so no palette can show it"
    ports = (*kind.inputs, *kind.outputs)
    if not ports or not all(isinstance(port, Port) for port in ports):
        return "its inputs and outputs are not ports"
    return _why_not_made(kind)


def _why_not_made(kind: type[Kind]) -> str | None:
    for name, declared in kind.params.items():
        wrong = declared.wrong(declared.default) if isinstance(declared, Param) else "is not declared with param"
        if wrong:
            return f"the default of its parameter {name} {wrong}"
    kind({}).summary()
    return None
