"""Finds out what a class of the user's makes of its inputs, in a process of its own: `python -m runtime.own_facts`.

The question comes as JSON on the standard input, the answer goes as the last line to the standard output. What the
user's code prints goes nowhere. Values are made on torch's meta device, so that nothing is computed; a class that needs
real numbers gets a few.
"""

from __future__ import annotations

import ast
import io
import json
import os
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runtime import trust

if TYPE_CHECKING:
    from types import ModuleType

    import torch
    from torch import nn

Question = Mapping[str, Any]
Answer = dict[str, Any]

SECONDS = 60.0
"""How long a class may take to be made and run once."""

LENGTHS = (3, 5)
"""Two lengths for every axis: what differs between two runs follows an axis."""


def inspect(question: Question) -> Answer:
    """The shapes of outputs, weights and buffers of a class; `locked` where its file is not trusted."""
    path = Path(str(question.get("path", "")))
    try:
        content = trust.read(path)
    except trust.NotRead as error:
        return {"error": str(error)}
    if not trust.is_trusted(content):
        return {"error": trust.locked(path), "locked": True, "classes": classes(content)}
    if not question.get("class"):
        return {"classes": classes(content)}
    if any(value.get("sides") is None or None in value["sides"] for value in question.get("inputs", ())):
        return {"classes": classes(content)}
    return _in_a_process(question)


def classes(content: bytes) -> list[str]:
    """The classes that a file declares, found without running it."""
    try:
        tree = ast.parse(trust.text(content))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return [node.name for node in tree.body if isinstance(node, ast.ClassDef)]


def _in_a_process(question: Question) -> Answer:
    from runtime.launch import environment

    name, began = Path(str(question["path"])).name, time.monotonic()
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "runtime.own_facts"], input=json.dumps(question), capture_output=True,
            text=True, encoding="utf-8", env={**environment(), "CUDA_VISIBLE_DEVICES": ""}, timeout=SECONDS + 5,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return _stopped(question)
    if time.monotonic() - began > SECONDS:
        return _stopped(question)
    try:
        answer = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        answer = None
    if not isinstance(answer, dict):
        return {"error": f"{name} ended the process that ran it, so nothing could be found out."}
    return answer


def _stopped(question: Question) -> Answer:
    name = Path(str(question["path"])).name
    return {"error": f"{name} was stopped: {question['class']} was not done within {SECONDS:g} seconds."}


def main() -> int:
    """Answer the question on the standard input. Code that never ends is ended, whatever became of who asked."""
    end = threading.Timer(SECONDS, os._exit, [1])
    end.daemon = True
    end.start()
    question = json.loads(sys.stdin.read())
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        answer = look(question)
    sys.__stdout__.write("\n" + json.dumps(answer) + "\n")  # type: ignore[union-attr]
    sys.__stdout__.flush()  # type: ignore[union-attr]
    return 0


def look(question: Question) -> Answer:
    """Make the class and run it; what goes wrong is a sentence."""
    from runtime.own_code import Locked, load

    path, name = Path(question["path"]), str(question["class"])
    try:
        module = load(path, path.stem)
        kind = _class(module, name, path)
        return _shapes(kind, question)
    except (Locked, _Told) as error:
        return {"error": str(error)}
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # own code may raise anything, SystemExit too
        return {"error": _sentence(error, path, name)}


class _Told(Exception):
    """What is wrong with a class, as a sentence."""


def _class(module: ModuleType, name: str, path: Path) -> type[nn.Module]:
    from torch import nn

    found = getattr(module, name, None)
    if not (isinstance(found, type) and issubclass(found, nn.Module)):
        known = [key for key, value in vars(module).items() if isinstance(value, type) and issubclass(value, nn.Module)]
        there = f"; there is {', '.join(known[:8])}" if known else ""
        raise _Told(f"{path.name} has no class {name} that is a torch.nn.Module{there}.")
    return found


def _shapes(kind: type[nn.Module], question: Question) -> Answer:
    import torch

    first_error: Exception | None = None
    for device in ("meta", "cpu"):
        try:
            with torch.no_grad(), torch.device(device):
                made = kind(**question["options"]).eval()
                first, second = (_run(made, question, length, device) for length in LENGTHS)
            return {"outputs": _compared(first, second, question), **_stored(made)}
        except Exception as error:
            first_error = error
    assert first_error is not None
    raise first_error


def _run(made: nn.Module, question: Question, length: int, device: str) -> list[torch.Tensor]:
    import torch

    sizes = _sizes(question["inputs"], length)
    given = [_filled(value, sizes, device) for value in question["inputs"]]
    came = made(*given)
    outputs = list(came) if isinstance(came, (tuple, list)) else [came]
    if len(outputs) != question["outputs"] or not all(isinstance(output, torch.Tensor) for output in outputs):
        told = ", ".join(type(output).__name__ for output in outputs)
        raise _Told(f"{question['class']} gives {told}, but `gives` names {question['outputs']}: one tensor for each.")
    return outputs


def _sizes(inputs: Sequence[Mapping[str, Any]], length: int) -> dict[str, int]:
    """A length of its own for every axis."""
    axes = dict.fromkeys(side for value in inputs for side in value["sides"] if isinstance(side, str))
    return {axis: length + 7 * at for at, axis in enumerate(axes)}


def _filled(value: Mapping[str, Any], sizes: Mapping[str, int], device: str) -> torch.Tensor:
    import torch

    sides = [sizes[side] if isinstance(side, str) else side for side in value["sides"]]
    dtype = {"index": torch.int64, "bool": torch.bool}.get(value["dtype"], torch.float32)
    return torch.zeros(sides, dtype=dtype, device=device)


def _compared(
    first: Sequence[torch.Tensor], second: Sequence[torch.Tensor], question: Question
) -> list[dict[str, Any]]:
    """The outputs of two runs: what is equal is a number, what grew with an axis is that axis, else not known."""
    pairs = zip(*(_sizes(question["inputs"], length).items() for length in LENGTHS), strict=True)
    axes = {(one, other): axis for (axis, one), (_, other) in pairs}
    found = []
    for a, b in zip(first, second, strict=True):
        together = zip(a.shape, b.shape, strict=True) if a.ndim == b.ndim else ()
        sides = [x if x == y else axes.get((x, y)) for x, y in together]
        found.append({"sides": sides if a.ndim == b.ndim else None, "dtype": _dtype(a)})
    return found


def _dtype(tensor: torch.Tensor) -> str:
    import torch

    return "bool" if tensor.dtype == torch.bool else "float" if tensor.is_floating_point() else "index"


def _stored(made: nn.Module) -> Answer:
    return {
        "weights": {name: list(weight.shape) for name, weight in made.named_parameters()},
        "buffers": {name: list(buffer.shape) for name, buffer in made.named_buffers()},
    }


def _sentence(error: BaseException, path: Path, name: str) -> str:
    """What the user's code raised, with the line of the file where it happened."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    if isinstance(error, SyntaxError) and error.filename == str(path):
        lines = [error.lineno]
    where = f", line {lines[-1]}" if lines else ""
    words = " ".join(str(error.msg if isinstance(error, SyntaxError) else error).split())[:300] or "it stopped"
    return f"{path.name}{where}: {name} cannot be run ({type(error).__name__}): {words.rstrip('.')}."


if __name__ == "__main__":
    sys.exit(main())
