"""Packages that bring data or read pictures; they are optional, and a missing one is said in a sentence."""

from __future__ import annotations

import importlib
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from runtime.data.table import DataError


def bring(module: str, what: str, extra: str) -> ModuleType:
    """A module of an optional package. Raises DataError with what to install."""
    told = missing(module, what, extra)
    if told:
        raise DataError(told["error"])
    return importlib.import_module(module)


def missing(module: str, what: str, extra: str) -> dict[str, Any]:
    """The answer to a question about a package: an error if it is not installed, else nothing."""
    package = module.partition(".")[0]
    if find_spec(package) is not None:
        return {}
    name = {"PIL": "Pillow"}.get(package, package)
    return {"error": f'{what} the package {name}, which is not installed: pip install "neuroloom[{extra}]" brings it.'}
