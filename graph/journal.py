"""Keeps unsaved work through a crash: each patch is one line of a file that only this window writes.

A journal begins with a head: the text of the document as it was saved (or begun) last, and the name of its file. Below
it stands every change since, one JSON line each. Saving starts it over, closing takes it away; what a journal without
a living owner holds is what a crash left behind.
"""

import errno
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from graph import project
from graph.catalogue import Catalogue
from graph.document import Document
from graph.filelock import FileLock
from graph.form import dump, load, patch_from_json, patch_to_json
from graph.patch import Patch, compose
from graph.signal import Signal

SUFFIX = ".journal"
FORMAT = "neuroloom-journal"
LARGEST = 16_000_000
"""Bytes of changes after which a journal starts over from the document as it then is."""


class Journal:
    """Follows one document and writes down what happens to it. A disk that fails never disturbs the drawing.

    `base` is the text that `path` holds; of a document that has no file, or that was recovered, the text as it stands
    now (`dirty`: it is in no file, and so worth offering even without a further change).
    """

    def __init__(
        self,
        document: Document,
        folder: Path,
        *,
        path: Path | None = None,
        base: str | None = None,
        dirty: bool = False,
    ) -> None:
        self.document = document
        self.trouble: str | None = None
        self.troubled: Signal[str | None] = Signal()
        """`trouble`, whenever it is another than before."""
        self._folder = folder
        self._name = os.urandom(16).hex()
        self._path = path
        self._lock: FileLock | None = None
        self._file: BinaryIO | None = None
        self._written = 0
        document.changed.connect(self._append)
        self._begin(base, dirty)

    @property
    def file(self) -> Path:
        return self._folder / (self._name + SUFFIX)

    def saved(self, path: Path, base: str | None = None) -> None:
        """The document stands in `path` now: start over from there."""
        self._path = path
        self._begin(base, dirty=False)

    def close(self) -> None:
        """The user is done with the document; nothing of it is to be recovered."""
        self.document.changed.disconnect(self._append)
        self._shut()
        self.file.unlink(missing_ok=True)
        if self._lock:
            self._lock.give_back()
            self._lock = None

    def _begin(self, base: str | None, dirty: bool) -> None:
        text = project.write(self.document) if base is None else base
        head = {"format": FORMAT, "version": 1, "path": str(self._path.absolute()) if self._path else None}
        try:
            self._start_file(json.dumps({**head, "dirty": dirty, "base": text}))
            self._tell(None)
        except OSError as wrong:
            self._fail(wrong)

    def _start_file(self, head: str) -> None:
        """The head comes into being whole: it is written beside and renamed."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock = self._lock or FileLock.take(self.file.with_suffix(".lock"))
        self._shut()
        fresh = self.file.with_suffix(".new")
        fresh.write_text(head + "\n", encoding="utf-8")
        fresh.replace(self.file)
        self._file = self.file.open("ab", buffering=0)
        self._written = 0

    def _append(self, patch: Patch) -> None:
        if self._file is None or self._written > LARGEST:
            self._begin(None, dirty=True)
            return
        line = dump(patch_to_json(patch)).encode() + b"\n"
        try:
            if self._file.write(line) != len(line):
                raise OSError("the disk is full")
            self._written += len(line)
        except OSError as wrong:
            self._fail(wrong)

    def _fail(self, wrong: OSError) -> None:
        """Half a line may stand there: the next change starts the journal over, whole."""
        self._shut()
        why = "the disk is full" if wrong.errno in (errno.ENOSPC, errno.EDQUOT) else wrong.strerror or wrong
        self._tell(f"Unsaved work cannot be kept safe at present: {why}. Save it to a file.")

    def _tell(self, trouble: str | None) -> None:
        changed, self.trouble = trouble != self.trouble, trouble
        if changed:
            self.troubled.emit(trouble)

    def _shut(self) -> None:
        if self._file:
            self._file.close()
            self._file = None


@dataclass(frozen=True, slots=True)
class Lost:
    """Unsaved work that a crash left behind. It is ours until it is discarded or released."""

    file: Path
    path: Path | None
    base: str
    patches: tuple[Patch, ...]
    changed: float
    lock: FileLock

    @property
    def title(self) -> str:
        """What to call it."""
        return self.path.stem if self.path else "Untitled"

    def document(self, catalogue: Catalogue) -> Document:
        """The document as it was after the last change that reached the disk."""
        document = project.parse(self.base, catalogue)
        with document.change():
            for patch in self.patches:
                document.overwrite(patch)
        return document

    def discard(self) -> None:
        """It is no longer needed: taken over by another journal, or not wanted."""
        self.file.unlink(missing_ok=True)
        self.lock.give_back()

    def release(self) -> None:
        """Leave it for the next start."""
        self.lock.give_back()


def recoverable(folder: Path) -> list[Lost]:
    """What crashes left in a folder of journals, the newest first. Journals of living windows are not among it."""
    found = [lost for file in sorted(folder.glob("*" + SUFFIX)) if (lost := _claim(file))]
    return sorted(found, key=lambda lost: lost.changed, reverse=True)


def _claim(file: Path) -> Lost | None:
    """The work of one journal; None if its owner lives, or if there is nothing in it (then it goes)."""
    try:
        lock = FileLock.take(file.with_suffix(".lock"))
    except OSError:
        return None
    if lock is None:
        return None
    try:
        lost = _read(file, lock)
        if lost is None:
            file.unlink(missing_ok=True)
            lock.give_back()
        return lost
    except (OSError, ValueError):
        lock.give_back()
        return None


def _read(file: Path, lock: FileLock) -> Lost | None:
    """What a journal holds up to its torn end; a ValueError if it is no journal."""
    with file.open("rb") as lines:
        head: Any = json.loads(lines.readline())
        if not isinstance(head, dict) or head.get("format") != FORMAT or not isinstance(head.get("base"), str):
            raise ValueError("not a journal")
        patches = tuple(_patches(lines))
    change: Patch = {}
    for patch in patches:
        change = compose(change, patch)
    if not change and not head.get("dirty"):
        return None
    path = Path(head["path"]) if head.get("path") else None
    return Lost(file, path, head["base"], patches, min(file.stat().st_mtime, time.time()), lock)


def _patches(lines: BinaryIO) -> list[Patch]:
    """Whole lines, in order, up to the first that is torn."""
    found: list[Patch] = []
    for line in lines:
        try:
            if not line.endswith(b"\n"):
                break
            found.append(patch_from_json(load(line.decode())))
        except ValueError:
            break
    return found
