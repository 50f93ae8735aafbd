"""What happens when the program itself has an error: it is written down and said, and the drawing stays."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

SENTENCE = "Something went wrong inside the program, not in your drawing, which is safe. The details are in {file}."


def catch(file: Path, tell: Callable[[str], object]) -> None:
    """From now on an error that nobody handles is appended to a file and told as a sentence."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        _note(file, "".join(traceback.format_exception(kind, error, trace)))
        tell(SENTENCE.format(file=file))

    sys.excepthook = hook


def _note(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as log:
            log.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')}\n{text}\n")
    except OSError:
        sys.stderr.write(text)
