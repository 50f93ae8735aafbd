"""Arrays of numpy from a file: their sides are read from its head alone, their numbers when they are needed."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy

from graph.misfit import Misfit
from runtime.data.streaming import ArrayReader, Stream, is_streamed
from runtime.data.table import Array, DataError, Table
from runtime.data.vocabulary import said
from runtime.data.windowing import plainly
from runtime.words import amount, listed, size

ONLY = "the array"
"""What stands for the name of the one array of an .npy file."""

MOST_CLASSES = 1_000_000
Told = dict[str, Any]


def inspect(question: Mapping[str, Any]) -> dict[str, Any]:
    """What the heads of the arrays tell: `arrays` by name, `x` and `y` (or None); or `error`, a sentence."""
    try:
        path = Path(str(question.get("path", "")))
        heads, x, y = _chosen(path, str(question.get("x", "")), str(question.get("y", "")))
        found: dict[str, Any] = {"arrays": heads, "x": _told(path, x, heads)}
        if question.get("tokens"):
            found["x"] |= _tokens(path, x)
        return {**found, "y": _answers(path, y, heads) if y else None}
    except DataError as error:
        return said(error)


def read(kind: Any, base: Path) -> Table:
    """The rows of an Arrays node: float32, or int64 for tokens and classes."""
    if not kind.path:
        raise DataError("No file is chosen yet.")
    path = base / kind.path
    heads, name, answer = _chosen(path, kind.x, "" if kind.answers == "none" else kind.y)
    x = _seen(kind, path, name, heads[name])
    if kind.answers == "none":
        return Table(x, None)
    if not answer:
        raise DataError(f"{path.name} has no array y for the answers.")
    y, classes = _answered(kind, path, answer, heads)
    return Table(x, y, classes)


def _seen(kind: Any, path: Path, name: str, head: Told) -> Array | Stream:
    """What the network sees: an array, or a stream of its rows."""
    tokens, shape = kind.inputs_are == "tokens", tuple(head["shape"])
    turned = kind.channels == "last" and len(shape) == 4
    if is_streamed(kind.reading, 4.0 * float(np.prod(shape, dtype=np.float64))):
        file = path.parent / name if name.endswith(".npy") else path
        if file.suffix.lower() != ".npy":
            raise DataError(f"{path.name} cannot be read row by row: save {name} in an .npy file of its own.")
        dtype = np.dtype(np.int64 if tokens else np.float32)
        return Stream(ArrayReader(file, tokens, turned), np.arange(shape[0]), kind.turned(shape[1:]), dtype)
    _check_room(path, head)
    x = _load(path, name)
    x = _whole(path, name, x) if tokens else _numbers(path, name, x)
    return np.moveaxis(x, -1, 1) if turned else x


def _answered(kind: Any, path: Path, name: str, heads: Mapping[str, Told]) -> tuple[Array, tuple[str, ...]]:
    told = _answers(path, name, heads)
    try:
        classed = kind.classed(told)
    except Misfit as misfit:
        raise DataError(plainly(misfit)) from misfit
    y = _load(path, name)
    if not classed:
        return _numbers(path, name, y), ()
    if told.get("problem"):
        raise DataError(told["problem"])
    if told.get("words"):
        names, y = np.unique(y, return_inverse=True)
        return y.reshape(told["shape"]).astype(np.int64), tuple(map(str, names))
    return y.astype(np.int64), tuple(map(str, range(told["classes"])))


# --- heads


def _chosen(path: Path, x: str, y: str) -> tuple[dict[str, Told], str, str]:
    """The heads of all arrays, and which of them are what the network sees and what it answers (perhaps none)."""
    heads = _heads(path)
    if y.endswith(".npy"):
        heads |= {y: _heads(path.parent / y)[ONLY]}
    names = [name for name in heads if name != y]
    if not names:
        raise DataError(f"{path.name} holds no array for the network to see.")
    seen = _named(path, x, heads) if x else next((name for name in ("x", "X", ONLY) if name in names), names[0])
    answer = _named(path, y, heads) if y else next((name for name in ("y", "Y") if name in heads and name != seen), "")
    rows = [heads[name]["shape"][:1] for name in (seen, answer) if name]
    if not all(rows):
        raise DataError(f"{path.name}: an array of a single number has no rows.")
    if len(rows) == 2 and rows[0] != rows[1]:
        raise DataError(f"{path.name}: {seen} has {amount(rows[0][0], 'row')}, but {answer} has {rows[1][0]:,}.")
    return heads, seen, answer


def _named(path: Path, name: str, heads: Mapping[str, Told]) -> str:
    if name not in heads:
        raise DataError(f'{path.name} has no array "{name}". It has {listed(heads)}.')
    return name


def _heads(path: Path) -> dict[str, Told]:
    """Sides and type of each array, from the head of the file. Raises DataError."""
    with _opened(path) as file:
        if path.suffix.lower() != ".npz":
            return {ONLY: _head(path, file, path.name)}
        with zipfile.ZipFile(file) as archive:
            members = [name for name in archive.namelist() if name.endswith(".npy")]
            if not members:
                raise DataError(f"{path.name} holds no arrays.")
            return {name.removesuffix(".npy"): _head(path, archive.open(name), name) for name in members}


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """A file to read from; what goes wrong is said in a sentence."""
    try:
        if path.is_dir():
            raise DataError(f"{path.name} is a folder, not an array.")
        with path.open("rb") as file:
            yield file
    except FileNotFoundError:
        raise DataError(f"There is no file {path}.") from None
    except (zipfile.BadZipFile, EOFError, ValueError, zlib.error) as error:
        raise DataError(f"{path.name} is no whole .npy or .npz file of numpy: {str(error).rstrip('.')}.") from error
    except OSError as error:
        raise DataError(f"{path.name} cannot be read: {error.strerror or error}.") from error


def _head(path: Path, file: Any, name: str) -> Told:
    version = npy.read_magic(file)
    read_header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, _, dtype = read_header(file)
    if dtype.kind not in "fiubU":
        what = "Python objects, which are not read since they could run code" if dtype.hasobject else f"{dtype}"
        raise DataError(f"{path.name}: {name.removesuffix('.npy')} holds {what}: save it as numbers.")
    return {"shape": list(shape), "dtype": str(dtype)}


# --- numbers


def _load(path: Path, name: str) -> Array:
    """One array. Raises DataError."""
    path = path.parent / name if name.endswith(".npy") else path
    with _opened(path) as file:
        held = np.load(file, allow_pickle=False)
        found: Array = held[name] if path.suffix.lower() == ".npz" else held
        return found


def _check_room(path: Path, head: Told) -> None:
    import psutil

    wanted, free = 4.0 * float(np.prod(head["shape"], dtype=np.float64)), psutil.virtual_memory().available
    if 2 * wanted > free:
        raise DataError(f"{path.name} takes {size(wanted)}, too much for the {size(free)} of memory that are free.")


def _told(path: Path, name: str, heads: Mapping[str, Told]) -> Told:
    head = heads[name]
    if head["dtype"].lstrip("<>=|").startswith("U"):
        raise DataError(f"{path.name}: {name} holds words, not numbers.")
    return dict(head)


def _tokens(path: Path, name: str) -> Told:
    return {"classes": int(_whole(path, name, _load(path, name)).max(initial=0)) + 1}


def _answers(path: Path, name: str, heads: Mapping[str, Told]) -> Told:
    """Sides of the answers, and whether they could be classes (`whole`): how many, and which row is none of them."""
    told, values = dict(heads[name]), _load(path, name)
    if values.dtype.kind == "U":
        return told | {"whole": True, "words": True, "classes": len(np.unique(values))}
    told["float"] = values.dtype.kind == "f"
    if told["float"] and not (np.isfinite(values).all() and np.equal(values, np.rint(values)).all()):
        return told | {"whole": False}
    outside = (values < 0) | (values >= MOST_CLASSES)
    if outside.any():
        place = np.argwhere(outside)[0]
        told["problem"] = (
            f"{path.name}, row {place[0]:,} of {name} (counted from 0): classes are numbered from 0 on, but here "
            f"stands {values[tuple(place)]}. Number them so, or say that the answers are numbers."
        )
    return told | {"whole": True, "classes": int(values.max(initial=0)) + 1}


def _numbers(path: Path, name: str, values: Array) -> Array:
    """float32, all of them numbers. Raises DataError that names the row."""
    if values.dtype.kind == "U":
        raise DataError(f"{path.name}: {name} holds words, not numbers.")
    found = values.astype(np.float32)
    _refuse_rows(path, name, values, ~np.isfinite(found), "a number")
    return found


def _whole(path: Path, name: str, values: Array) -> Array:
    """int64 from 0 on. Raises DataError that names the row."""
    if values.dtype.kind not in "fiub":
        raise DataError(f"{path.name}: {name} holds words, not whole numbers.")
    wrong = ~((values >= 0) & (values < MOST_CLASSES) & (values == np.rint(values)))
    _refuse_rows(path, name, values, wrong, "a whole number from 0 on")
    return values.astype(np.int64)


def _refuse_rows(path: Path, name: str, values: Array, wrong: Array, wanted: str) -> None:
    if wrong.any():
        place = np.argwhere(wrong)[0]
        what = values[tuple(place)]
        raise DataError(f"{path.name}, row {place[0]:,} of {name} (counted from 0): here stands {what}, not {wanted}.")
