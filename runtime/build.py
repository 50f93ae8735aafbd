"""Executes generated source and gives the classes it holds."""

from __future__ import annotations

import linecache
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from runtime.pretrained import bringing

if TYPE_CHECKING:
    from torch import nn

_IMPORTING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Built:
    """The two modules of a drawing. `train` is None where only the model was asked for."""

    model: ModuleType
    train: ModuleType | None = None

    @property
    def net(self) -> type[nn.Module]:
        """The class of the model that is exported."""
        made: type[nn.Module] = self.model.Net
        return made

    @property
    def training(self) -> type[Any]:
        """The class of the training."""
        if self.train is None:
            raise ValueError("Only the model was built.")
        made: type[Any] = self.train.Training
        return made


def build(model: str, train: str | None = None, folder: Path | None = None) -> Built:
    """Executes model.py, and train.py beside it. `folder` is where tracebacks say that the texts stand."""
    where = folder or Path("<source>")
    if "import torchvision" in model:
        bringing.torchvision()
    made = _module("model", model, where / "model.py")
    if train is None:
        return Built(made)
    with _IMPORTING:
        before = sys.modules.get("model")
        sys.modules["model"] = made
        try:
            return Built(made, _module("train", train, where / "train.py"))
        finally:
            if before is None:
                del sys.modules["model"]
            else:
                sys.modules["model"] = before


def _module(name: str, text: str, path: Path) -> ModuleType:
    """A module made of a text; its lines are shown in tracebacks."""
    module = ModuleType(name)
    module.__file__ = str(path)
    linecache.cache[str(path)] = (len(text), None, text.splitlines(keepends=True), str(path))
    exec(compile(text, str(path), "exec"), module.__dict__)
    return module
