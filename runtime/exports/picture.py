"""Takes the drawing itself away as a picture; the canvas draws it, so Qt must be installed."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path

from runtime.exports.take import ExportError, Take


def write(take: Take, out: Path) -> str:
    """Writes svg, pdf or png, as the name says, of what `take.picture` asks for."""
    if importlib.util.find_spec("PySide6") is None:
        raise ExportError("To draw a picture of the canvas, Qt must be installed: pip install PySide6-Essentials")
    pictures = importlib.import_module("designer.pictures")
    try:
        pictures.write(take.document, take.reading, out, pictures.Wish(**take.picture))
    except pictures.NoFigureError as error:
        raise ExportError(str(error)) from error
    return f"Drew {out.name}."
