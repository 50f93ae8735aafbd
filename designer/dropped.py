"""What files that are dropped on a window would do there: open, become nodes, give weights; or why they do nothing."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from designer.fields.path import relative
from designer.files import SUFFIX
from graph import edits, queries
from graph.document import Document
from graph.project import ProjectError
from runtime.runs import Run

if TYPE_CHECKING:
    from designer.window import Window

TABLES, ARRAYS, TEXTS = (".csv",), (".npy", ".npz"), (".txt", ".md")
PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm")
WEIGHTS, FOREIGN = ".safetensors", (".pt", ".pth")
KINDS = {
    **dict.fromkeys(TABLES, "CSV"), **dict.fromkeys(ARRAYS, "Arrays"), **dict.fromkeys(TEXTS, "TextFile"),
    ".py": "PyTorchModule",
}  # fmt: skip
"""The kind of node that a file becomes, by what its name ends in."""

TAKERS = {
    "CSV": TABLES, "Series": TABLES, "Pairs": (*TABLES, *ARRAYS), "Arrays": ARRAYS, "TextFile": TEXTS,
    "WordEnds": TEXTS, "Sentences": (*TEXTS, ".tsv"), "PyTorchModule": (".py",), "Pretrained": (*FOREIGN, WEIGHTS),
}  # fmt: skip
"""The files that a node takes as its own when they are dropped on it."""

LOOKED_AT = 200
"""Entries of a folder that are looked at: more would keep the pointer waiting."""
STAIRS = QPointF(32, 72)
"""How far nodes of several files stand from each other."""


@dataclass(frozen=True, slots=True)
class Landing:
    """What a drop would do, in words; without a deed it is refused, and the words say why. `target`: the node hit."""

    words: str
    do: Callable[[], object] | None = None
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where files are let go: a point of the drawing, the node there, and whether Shift is held."""

    point: QPointF
    node: str | None = None
    instead: bool = False


def landing(window: Window, paths: Sequence[Path], place: Place) -> Landing:
    """What these files would do at that place."""
    drawings = [path for path in paths if path.suffix.lower() == SUFFIX]
    rest = [path for path in paths if path not in drawings]
    if not rest:
        return _drawings(window, drawings, place)
    if len(paths) == 1:
        return _single(window, rest[0], place)
    kinds = {path: kind_of(path) for path in rest}
    strange = next((path for path, kind in kinds.items() if not kind), None)
    if strange is not None:
        return Landing(_refusal(strange) if _is_weights(strange) else _unknown(strange))
    added = _nodes(window, {path: str(kind) for path, kind in kinds.items()}, place)
    if not drawings or added.do is None:
        return added
    opened = _drawings(window, drawings, Place(place.point))
    return Landing(f"{added.words}; {_lower(opened.words)}", partial(_both, added.do, opened.do))


def kind_of(path: Path) -> str | None:
    """The kind of node that a file or a folder becomes; None if it becomes none."""
    if path.is_dir():
        return "ImageFolder" if _holds_pictures(path) else None
    return KINDS.get(path.suffix.lower())


def _single(window: Window, path: Path, place: Place) -> Landing:
    kind = kind_of(path)
    document = window.session.level.document
    if place.node is not None:
        node = document.node(place.node)
        if node.kind == kind or path.suffix.lower() in TAKERS.get(node.kind, ()):
            return Landing(f"{node.id} reads {path.name}", partial(_set_path, window, node.born, path), node.born)
    if path.is_dir() and (path / "job.json").is_file():
        return Landing(f"Show the run {path.name}", partial(_show_run, window, path))
    if _is_weights(path):
        whole = path.suffix.lower() == WEIGHTS
        words = f"Begin with the weights in {path.name}"
        return Landing(words, partial(_offer_weights, window, path)) if whole else Landing(_refusal(path))
    return _nodes(window, {path: kind}, place) if kind else Landing(_unknown(path))


# --- drawings


def _drawings(window: Window, paths: Sequence[Path], place: Place) -> Landing:
    instead = place.instead and len(paths) == 1 and not window.session.blank
    names = ", ".join(path.name for path in paths) if len(paths) < 4 else f"{len(paths)} drawings"
    where = f" in the place of {window.session.name}" if instead else ""
    return Landing(f"Open {names}{where}", partial(_open, window, list(paths), instead))


def _open(window: Window, paths: Sequence[Path], instead: bool) -> None:
    for path in paths:
        window.files.open(path, instead=instead)


def _show_run(window: Window, path: Path) -> None:
    try:
        window.open_run(Run(path))
    except (ProjectError, OSError) as error:
        window.files.tell("The run cannot be shown", str(error))


# --- nodes


def _nodes(window: Window, kinds: dict[Path, str], place: Place) -> Landing:
    """Files become nodes, all in one step."""
    document, catalogue = window.session.level.document, window.session.document.catalogue
    for name in kinds.values():
        kind = catalogue.get(name)
        if kind is not None and (why := queries.why_not_here(document, kind)):
            return Landing(why)
    titles = [kind.title for name in kinds.values() if (kind := catalogue.get(name)) is not None]
    words = f"Add {titles[0]} for {next(iter(kinds)).name}" if len(kinds) == 1 else f"Add {len(kinds)} nodes"
    return Landing(words, partial(_add, window, kinds, place))


def _add(window: Window, kinds: dict[Path, str], place: Place) -> None:
    window.tabs.show_canvas()
    document, base = window.session.level.document, window.session.base

    def verb() -> list[str]:
        births = []
        for at, (path, kind) in enumerate(kinds.items()):
            corner = place.point + STAIRS * at - QPointF(72, 24)
            born = edits.add(document, kind, at=(round(corner.x()), round(corner.y())))
            _read_from(document, born, path, base)
            births.append(born)
        return births

    label = f"Add {next(iter(kinds)).name}" if len(kinds) == 1 else f"Add {len(kinds)} files"
    births = window.scene.attempt(label, verb)
    if births:
        window.session.selection.set(births)


def _set_path(window: Window, born: str, path: Path) -> None:
    document, base = window.session.level.document, window.session.base
    window.scene.attempt(f"Read {path.name}", lambda: _read_from(document, born, path, base))
    window.session.selection.set([born])


def _read_from(document: Document, born: str, path: Path, base: Path | None) -> None:
    """A node reads a file from now on; other parameters that stand in the way of that are set too."""
    kind = document.kind(document.node(born))
    declared = kind.params["path"] if kind is not None else None
    if declared is not None and declared.when is not None:
        other, values = declared.when
        present, wanted = getattr(document.make(document.node(born)), other), str(kind_of(path))
        if present not in values or wanted in values:
            edits.set_param(document, born, other, wanted if wanted in values else values[0])
    edits.set_param(document, born, "path", relative(path.absolute(), base))
    if path.suffix.lower() == ".py" and (found := list(_classes(path))):
        edits.set_param(document, born, "class_name", found[0])


def _classes(path: Path) -> Iterator[str]:
    """The modules that a Python file declares, read and never run."""
    try:
        held = ast.parse(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError, RecursionError):
        return
    for part in held.body:
        if isinstance(part, ast.ClassDef) and any("Module" in ast.unparse(base) for base in part.bases):
            yield part.name


# --- weights


def _is_weights(path: Path) -> bool:
    return path.suffix.lower() in (WEIGHTS, *FOREIGN)


def _offer_weights(window: Window, path: Path) -> None:
    """Nothing is trained before the user says so."""
    window.tabs.show_canvas()
    told = f"{path.name} holds weights. A new run can begin with those that fit this drawing; it says which did not."
    begin = ("Begin with these weights", lambda: window.training.start(begin=path))
    window.banner.tell(told, "warning", begin)


def _refusal(path: Path) -> str:
    if path.suffix.lower() in FOREIGN:
        return (
            f"{path.name} may hold code beside its weights, so a training begins only with .safetensors. On a "
            "Pretrained node it is read as numbers alone."
        )
    return f"Drop {path.name} by itself: a run begins with the weights of one file."


# --- what is nothing of all that


def _unknown(path: Path) -> str:
    if path.is_dir():
        return f"{path.name} is neither a run nor a folder that holds a folder of pictures for each class."
    return f"Neuroloom does nothing with {path.name}: drop a drawing, CSV, NumPy, text or Python file, or weights."


def _holds_pictures(folder: Path) -> bool:
    """Whether there are pictures in a folder of the folder, as far as a short look tells."""
    try:
        inside = [entry for entry in islice(folder.iterdir(), LOOKED_AT) if entry.is_dir()]
        return any(
            file.suffix.lower() in PICTURES for within in inside[:8] for file in islice(within.iterdir(), LOOKED_AT)
        )
    except OSError:
        return False


def _both(first: Callable[[], object], second: Callable[[], object] | None) -> None:
    first()
    if second is not None:
        second()


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
