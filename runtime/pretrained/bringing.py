"""torchvision, beside whichever build of torch there is."""

from __future__ import annotations

import importlib
import re
import sys
import threading
from importlib.util import find_spec
from types import ModuleType
from typing import Any

MISSING = 'Published networks come with torchvision, which is not installed: pip install "neuroloom[vision]" brings it.'

_LACKING = re.compile(r"operator torchvision::(\w+) does not exist")
_ATTEMPTS = 32
_loading = threading.Lock()
_declared: list[Any] = []
"""Keeps what was declared: torch forgets it with the object."""


class NoLibrary(Exception):
    """Why torchvision cannot be used; a sentence."""


def is_there() -> bool:
    """Whether torchvision is installed."""
    return find_spec("torchvision") is not None


def torchvision() -> ModuleType:
    """The package. Raises NoLibrary.

    Beside a torch that was built otherwise its compiled operators cannot be loaded, and it fails to import since it
    describes them all the same. They are declared then, without being there: networks need none of them.
    """
    if not is_there():
        raise NoLibrary(MISSING)
    with _loading:
        for _ in range(_ATTEMPTS):
            try:
                found = importlib.import_module("torchvision")
                importlib.import_module("torchvision.models.feature_extraction")
                return found
            except RuntimeError as error:
                lacking = _LACKING.search(str(error))
                if lacking is None:
                    raise NoLibrary(f"torchvision cannot be loaded: {error}.") from error
                _declare(lacking[1])
            except ImportError as error:
                raise NoLibrary(f"torchvision cannot be loaded: {error}.") from error
    raise NoLibrary("torchvision cannot be loaded: it does not fit to the torch that is installed.")


def _declare(operator: str) -> None:
    """Declares an operator that nothing provides, and lets torchvision begin anew."""
    from torch import library

    if not _declared:
        made: Any = library.Library
        _declared.append(made("torchvision", "FRAGMENT"))
    _declared[0].define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
        del sys.modules[name]
