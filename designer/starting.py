"""What makes a start quick, imported before anything of PySide6.

PySide6 puts itself into every import, so that a module can ask for other names of Qt (`from __feature__ import
snake_case`): it reads the source of each module that is imported from then on. Nobody here asks for that, and reading
all those files takes about a fifteenth of a start. So Python gets its own `import` back.
"""

import builtins
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG = 10_000
"""New objects after which Python looks for garbage among them: a paste makes tens of thousands, and keeps them."""

if "PySide6" not in sys.modules:
    _plain = builtins.__import__
    import PySide6.QtCore  # noqa: F401

    builtins.__import__ = _plain


def hurry() -> None:
    """Look for no garbage until `begun`: nearly all that a start makes is kept."""
    gc.disable()


def begun() -> None:
    """The window can be seen; nearly all that is there by now stays."""
    gc.freeze()
    gc.set_threshold(YOUNG)
    gc.enable()


@contextmanager
def hurried() -> Iterator[None]:
    """Look for no garbage while a drawing is opened: nearly all that this makes is kept."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was:
            gc.enable()


def keep() -> None:
    """What is there now stays for long: looking through all of it for garbage would stop the window, so none is."""
    gc.freeze()


def release() -> None:
    """A drawing is closed: what it leaves may be garbage."""
    gc.unfreeze()
