"""Blocks that come with the program, and those that the user has kept: listed after a drawing's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graph import edits, queries
from graph.blocks import Placement
from graph.catalogue import Catalogue
from graph.document import Document
from graph.files import FileError, replace_file
from graph.project import ProjectError, parse
from graph.spec import Kind
from runtime.assets import FOLDER
from runtime.places import state_folder

SUFFIX = ".loom"


class Library:
    """Each file holds a definition under its own name, with those inside it. Nothing is read until `load`."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._paths: dict[str, Path] = {}
        self._kinds: dict[str, type[Kind]] = {}

    @property
    def own(self) -> Path:
        """Where the user's blocks lie."""
        return state_folder() / "blocks"

    def load(self) -> None:
        """Read what has not been read yet; a file that is no block of its name is left out."""
        for folder in (FOLDER / "blocks", self.own):
            for path in sorted(folder.glob(f"*{SUFFIX}")):
                if self._paths.get(path.stem) != path:
                    self._read(path)

    def kinds(self) -> list[type[Kind]]:
        """The blocks as kinds, as they would be in a drawing."""
        return list(self._kinds.values())

    def get(self, name: str) -> type[Kind] | None:
        return self._kinds.get(name)

    def is_own(self, name: str) -> bool:
        """Whether the user has kept it."""
        return name in self._paths and self._paths[name].parent == self.own

    def bring(self, document: Document, name: str) -> str:
        """Make sure that a kind is in a drawing, with a definition from here if need be; answers its name there."""
        if document.catalogue.get(name) is not None or name not in self._paths:
            return name
        try:
            return edits.bring(document, self._paths[name].read_text(encoding="utf-8"), name)
        except OSError as error:
            raise edits.Refused(f"The block {name} cannot be read: {error.strerror}.") from error

    def keep(self, document: Document, born: str) -> str:
        """Keep a block of a drawing for others; answers a sentence that says so. A FileError says why it cannot be."""
        block = document.the_block(born)
        if block is None:
            raise FileError("The block is gone.")
        path = self.own / f"{block.id}{SUFFIX}"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileError(f"The library cannot be written: {error.strerror}.") from error
        replace_file(path, queries.block_file(document, block).encode())
        self._read(path)
        return f"{block.id} is in the library: it stands among the blocks of every drawing."

    def forget(self, name: str) -> None:
        """Take away a block that the user has kept."""
        if self.is_own(name):
            self._paths.pop(name).unlink(missing_ok=True)
            self._kinds.pop(name, None)
            self.load()

    def _read(self, path: Path) -> None:
        try:
            part = parse(path.read_text(encoding="utf-8"), self._catalogue)
        except (ProjectError, OSError, UnicodeDecodeError):
            return
        kind = part.catalogue.get(path.stem)
        if kind is None or not issubclass(kind, Placement) or path.stem in self._catalogue:
            return
        title, told = queries.file_text(part, "title"), queries.file_text(part, "help")
        words: dict[str, Any] = {"title": title or path.stem, "words": (path.stem, *kind.words)}
        self._paths[path.stem] = path
        self._kinds[path.stem] = type(path.stem, (kind,), {**words, "__doc__": told or kind.__doc__})


class Shelf(Catalogue):
    """The kinds that a drawing can be made of, and behind them the blocks of a library that it has not yet."""

    def __init__(self, kinds: Catalogue, library: Library) -> None:
        self._own, self._library = kinds, library

    def __iter__(self) -> Iterator[type[Kind]]:
        yield from self._own
        yield from (kind for kind in self._library.kinds() if kind.__name__ not in self._own)

    def __contains__(self, name: object) -> bool:
        return name in self._own or (isinstance(name, str) and self._library.get(name) is not None)

    def get(self, name: str) -> type[Kind] | None:
        return self._own.get(name) or self._library.get(name)

    def names(self) -> list[str]:
        return [kind.__name__ for kind in self]
