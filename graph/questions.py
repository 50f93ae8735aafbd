"""What nodes ask of files, and what an inspection has answered: facts that are read but never enter the document."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

Question = dict[str, Any]


class Questions:
    """Questions by the node that asks, facts by question. `base` is the folder that relative paths start from."""

    def __init__(self, base: Path | None = None) -> None:
        self.base = base
        self._facts: dict[str, Mapping[str, Any]] = {}
        self._asked: dict[str, str] = {}

    @property
    def askers(self) -> list[str]:
        return list(self._asked)

    def facts(self, born: str) -> Mapping[str, Any] | None:
        """What an inspection told of a node's file, or None."""
        return self._facts.get(self._asked.get(born, ""))

    def of(self, born: str) -> Question | None:
        """What a node asks of its file."""
        asked = self._asked.get(born)
        return json.loads(asked) if asked else None

    def all(self) -> list[Question]:
        """All questions, answered or not: the files may have changed since."""
        return [json.loads(key) for key in dict.fromkeys(self._asked.values())]

    def open(self) -> list[Question]:
        """Questions that nobody has answered yet."""
        return [json.loads(key) for key in dict.fromkeys(self._asked.values()) if key not in self._facts]

    def ask(self, born: str, question: Question | None) -> Iterable[Question]:
        """A node asks something, or nothing any more; answers the question if it is new to everyone."""
        if question is None:
            self._asked.pop(born, None)
            return ()
        placed = question if self.base is None else _based(question, self.base)
        key = _key(placed)
        new = key not in self._facts and key not in self._asked.values()
        self._asked[born] = key
        return (placed,) if new else ()

    def tell(self, question: Mapping[str, Any], facts: Mapping[str, Any]) -> list[str]:
        """Take an answer; answers the nodes that it concerns, if it is another than before."""
        key = _key(question)
        if self._facts.get(key) == facts:
            return []
        self._facts[key] = facts
        return [born for born, asked in self._asked.items() if asked == key]

    def forget(self, born: str) -> None:
        self._asked.pop(born, None)


def _based(question: Question, base: Path) -> Question:
    """A question about a file as seen from a folder, or several of them."""
    if "questions" in question:
        return {**question, "questions": [_based(one, base) for one in question["questions"]]}
    return {**question, "path": str(base / question["path"])} if "path" in question else question


def _key(question: Mapping[str, Any]) -> str:
    return json.dumps(question, sort_keys=True)
