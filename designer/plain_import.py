"""Gives Python its own `import` back when PySide6 has been loaded.

PySide6 puts itself into every import, so that a module can ask for other names of Qt (`from __feature__ import
snake_case`): it reads the source of each module that is imported from then on. Nobody here asks for that, and reading
all those files takes about a fifteenth of a start. Import this module before anything else of PySide6.
"""

import builtins
import sys

if "PySide6" not in sys.modules:
    _plain = builtins.__import__
    import PySide6.QtCore  # noqa: F401

    builtins.__import__ = _plain
