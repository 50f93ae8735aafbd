"""The forms in which a drawing can be taken away: one file each, one row each in the table."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from graph.files import FileError
from runtime.exports.take import ExportError, Take

__all__ = ["FORMS", "ExportError", "Form", "Take", "export"]


@dataclass(frozen=True, slots=True)
class Form:
    """One form: its file is `module`; `suffix` ends the names of what it writes (nothing for a folder)."""

    name: str
    title: str
    suffix: str
    help: str
    module: str = ""

    def write(self, take: Take, out: Path) -> str:
        """Writes `out` and says what was written, in a sentence. Raises ExportError."""
        code = importlib.import_module(f"runtime.exports.{self.module or self.name}")
        return cast(str, code.write(take, out))


FORMS = {
    form.name: form
    for form in (
        Form(
            "python",
            "Python",
            "",
            "A folder (or a zip file) with model.py, train.py, the data and the weights: runs with PyTorch alone.",
        ),
        Form("weights", "Weights", ".safetensors", "The learned numbers under the names of the nodes."),
        Form("onnx", "ONNX", ".onnx", "For onnxruntime and other runtimes; checked before it is written."),
        Form("pt2", "torch.export", ".pt2", "A PyTorch program that needs no source; checked before it is written."),
        Form("svg", "SVG picture", ".svg", "The drawing, sharp at any size.", "picture"),
        Form("pdf", "PDF picture", ".pdf", "The drawing as a page for a paper.", "picture"),
        Form("png", "PNG picture", ".png", "The drawing as an image.", "picture"),
    )
}


def export(form: str, take: Take, out: Path) -> str:
    """Writes one form and says what was written. Raises ExportError with a sentence; nothing half is left."""
    if form not in FORMS:
        raise ExportError(f"There is no form {form}; there are {', '.join(FORMS)}.")
    try:
        out.absolute().parent.mkdir(parents=True, exist_ok=True)
        return FORMS[form].write(take, out)
    except FileError as error:
        raise ExportError(str(error)) from error
    except OSError as error:
        raise ExportError(f"{out} could not be written: {error.strerror or error}.") from error
