"""Answers looks at one network for the window: `python -m runtime.looking.serve FOLDER`, JSON lines in and out.

`FOLDER/look.json` says what is looked at: `text`, `base`, `path`, `born`, `port`, `start` (the folder of a run, or
nothing). The first line out is `{}`, or `error`, a sentence. A question is `{"part": "train", "at": 0}`; the answer
holds the values of a batch, as bytes of an .npy file in base64, and figures of them.
"""

from __future__ import annotations

import base64
import json
import sys
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import numpy as np

from runtime.looking.values import Look, Values
from runtime.protocol import to_json

MOST = 1_000_000
"""Numbers that are sent; of more only the first rows."""


def reply(values: Values) -> dict[str, Any]:
    """Values as JSON."""
    array = values.array
    rows = max(1, MOST // max(1, array[:1].size))
    held = BytesIO()
    np.save(held, array[:rows])
    return {
        "name": values.name, "part": values.part, "at": values.at, "rows": values.rows, "told": values.told,
        "shape": array.shape, "dtype": str(array.dtype), "figures": values.figures(),
        "values": base64.b64encode(held.getvalue()).decode(),
    }  # fmt: skip


def answer(look: Look, line: str) -> dict[str, Any]:
    """The answer to one question, or an error in a sentence."""
    try:
        question = json.loads(line)
        return reply(look.values(str(question["part"]), int(question["at"])))
    except Exception as error:  # a look must never end the process
        return {"error": sentence(error)}


def sentence(error: Exception) -> str:
    told = getattr(error, "sentence", None) or " ".join(str(error).split())
    return str(told) or type(error).__name__


def main(arguments: list[str] | None = None, questions: IO[str] = sys.stdin, answers: IO[str] = sys.stdout) -> int:
    """Answers until the questions end."""
    (folder,) = sys.argv[1:] if arguments is None else arguments
    try:
        asked = json.loads((Path(folder) / "look.json").read_text(encoding="utf-8"))
        look = Look(asked["text"], Path(asked["base"]), asked["path"], asked["born"], asked["port"], asked["start"])
    except Exception as error:
        _say({"error": sentence(error)}, answers)
        return 1
    _say({}, answers)
    for line in questions:
        _say(answer(look, line), answers)
    return 0


def _say(found: dict[str, Any], answers: IO[str]) -> None:
    answers.write(json.dumps(to_json(found)) + "\n")
    answers.flush()


if __name__ == "__main__":
    sys.exit(main())
