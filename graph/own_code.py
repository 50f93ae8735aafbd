"""What a drawing says about a Python file of the user's: a class, what it is made with, and how a module imports it."""

import json
import keyword
import sys
from functools import lru_cache
from pathlib import PurePath
from typing import Any

LONGEST = 4_000
"""Characters that the options of a class may have."""

TAKEN = frozenset(("torch", "torchvision", "numpy", "model", "train", "graph", "runtime", "designer", "safetensors"))
"""Modules that generated source imports, or that stand beside it."""

OWN_CLASSES = frozenset(("Net", "Extras", "Training", "Neurons", "Meter"))
"""Classes that generated source makes itself."""


@lru_cache(256)
def options(text: str) -> dict[str, Any]:
    """The arguments that a class is made with, from JSON. Raises ValueError with the end of a sentence."""
    if len(text) > LONGEST:
        raise ValueError(f"has more than {LONGEST:,} characters")
    try:
        found = json.loads(text or "{}", parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        at = f" at character {error.pos + 1}" if isinstance(error, json.JSONDecodeError) else ""
        raise ValueError(f'is no JSON{at}; it looks like {{"hidden": 64}}') from None
    if not isinstance(found, dict):
        raise ValueError('holds no names; it looks like {"hidden": 64}')
    for name in found:
        if not name.isidentifier() or keyword.iskeyword(name):
            raise ValueError(f"has the name {name[:40]!r}, which no argument can have")
    return found


def why_not_options(text: str) -> str | None:
    """What is wrong with options, as the end of a sentence; None if they are good."""
    try:
        options(text)
    except ValueError as error:
        return str(error)
    return None


def module_name(path: str) -> str:
    """How a module imports the file: the name of the file without its suffix."""
    return PurePath(path.replace("\\", "/")).stem


def why_no_file(path: str) -> str | None:
    """Why a file cannot be imported, as a sentence about {node}; None if it can, as far as its name goes."""
    name = module_name(path)
    if not path:
        return "{node} needs a Python file: choose one."
    if not path.endswith(".py"):
        return "{node} takes a Python file, whose name ends in .py."
    if not name.isidentifier() or keyword.iskeyword(name):
        return f"{{node}} cannot import {name}.py: a module's name is made of letters, digits and _."
    if name in TAKEN or name in sys.stdlib_module_names:
        return f"{{node}} cannot import {name}.py: {name} is a module of Python or PyTorch. Call the file otherwise."
    return None


def literal(value: Any) -> str:
    """A value of JSON as Python source."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{literal(name)}: {literal(one)}' for name, one in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    plain = isinstance(value, str) and value.isprintable() and not set(value) & set('"\\')
    return f'"{value}"' if plain else repr(value)


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number")
