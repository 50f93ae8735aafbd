"""Pictures in folders, read by Pillow; the name of the folder is the class."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from runtime.data.packages import bring, missing
from runtime.data.streaming import PictureReader, Stream, is_streamed
from runtime.data.table import Array, DataError, Table, classified
from runtime.data.vocabulary import said
from runtime.words import amount, size

PACKAGE = ("PIL.Image", "Pictures are read by", "pictures")
SUFFIXES = frozenset((".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm"))

MOST_FILES = 300_000
"""Files of one class; a folder with more was hardly meant."""


def inspect(question: Mapping[str, Any]) -> dict[str, Any]:
    """`rows`, and the `classes` with how many pictures each has in `counts`; or `error`, a sentence."""
    try:
        found = listed_pictures(Path(str(question.get("path", ""))))
    except DataError as error:
        return said(error)
    counts = {name: len(files) for name, files in found.items()}
    return missing(*PACKAGE) or {"rows": sum(counts.values()), "classes": list(found), "counts": counts}


def read(kind: Any, base: Path) -> Table:
    """x is (pictures, channels, height, width) from 0 to 1; rows stand by class, then by name."""
    if not kind.path:
        raise DataError("No folder is chosen yet.")
    root = base / kind.path
    found = listed_pictures(root)
    bring(*PACKAGE)
    files = [file for listed in found.values() for file in listed]
    reader = PictureReader(root, files, kind.inner, kind.fit)
    y = np.concatenate([np.full(len(listed), number) for number, listed in enumerate(found.values())])
    if is_streamed(kind.reading, 4.0 * len(files) * float(np.prod(kind.inner))):
        x = Stream(reader, np.arange(len(files)), kind.inner, np.dtype(np.float32))
        return Table(x, y.astype(np.int64), tuple(found))
    _check_room(root, len(files), kind.inner)
    return classified(reader(np.arange(len(files))), y, tuple(found))


def listed_pictures(root: Path) -> dict[str, list[Path]]:
    """The files of each class, both in the order of their names. Raises DataError."""
    if not root.exists():
        raise DataError(f"There is no folder {root}.")
    if not root.is_dir():
        raise DataError(f"{root.name} is a file, not a folder.")
    try:
        folders = sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))
        found = {folder.name: _pictures(folder) for folder in folders}
    except OSError as error:
        raise DataError(f"{root.name} cannot be read: {error.strerror or error}.") from error
    if not found:
        raise DataError(f"{root.name} holds no folders: put the pictures of each class into a folder of its own.")
    empty = next((name for name, files in found.items() if not files), None)
    if empty is not None:
        raise DataError(f"The folder {root.name}/{empty} holds no pictures: every folder is a class.")
    return found


def _pictures(folder: Path) -> list[Path]:
    """All pictures in a folder and those below it."""
    inside = (Path(place) / name for place, _, names in os.walk(folder) for name in names)
    found = list(islice(inside, MOST_FILES + 1))
    if len(found) > MOST_FILES:
        raise DataError(f"{folder.name} holds more than {MOST_FILES:,} files: is this the folder that is meant?")
    return sorted(path for path in found if path.suffix.lower() in SUFFIXES and not path.name.startswith("."))


def picture(file: Path, inner: tuple[int, int, int], fit: str, name: str) -> Array:
    """(channels, height, width) from 0 to 1. Raises DataError that names the file."""
    from PIL import Image, ImageOps

    channels, height, width = inner
    try:
        with warnings.catch_warnings(), Image.open(file) as opened:
            warnings.simplefilter("ignore")
            held = _eight_bits(ImageOps.exif_transpose(opened))
            held = held.convert("RGB" if channels == 3 else "L")
            resized = _sized(held, width, height, fit)
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise DataError(f"{name} is no readable picture: {str(error).rstrip('.')}.") from error
    values = np.asarray(resized, dtype=np.float32) / 255
    found: Array = values.transpose(2, 0, 1) if channels == 3 else values[None]
    return found


def _eight_bits(held: Any) -> Any:
    """Grey values of sixteen bits as eight; what is see-through on white."""
    from PIL import Image

    if held.mode.startswith("I"):
        return Image.fromarray((np.asarray(held, dtype=np.float64) / 257).round().clip(0, 255).astype(np.uint8))
    if held.mode in ("RGBA", "LA", "PA") or "transparency" in held.info:
        over = held.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", over.size, "white"), over)
    return held


def _sized(held: Any, width: int, height: int, fit: str) -> Any:
    from PIL import Image, ImageOps

    if held.size == (width, height):
        return held
    smooth = Image.Resampling.BILINEAR
    return ImageOps.fit(held, (width, height), smooth) if fit == "crop" else held.resize((width, height), smooth)


def _check_room(root: Path, count: int, inner: tuple[int, int, int]) -> None:
    import psutil

    wanted, free = 4.0 * count * float(np.prod(inner)), psutil.virtual_memory().available
    if 2 * wanted > free:
        raise DataError(
            f"{amount(count, 'picture')} of {root.name} at {inner[1]}×{inner[2]} take {size(wanted)}, too much for the "
            f"{size(free)} of memory that are free: make them smaller."
        )
