"""What only a look at a file or at torch can tell: a helper process that answers questions, and its client.

A question is a dict with `ask`: `csv` (with `path`), `module` (own code, with `path`, see own_facts), `pretrained`
(a network of torchvision), `several` (with
`questions`, for what stands inside of a block), `devices`, or the name of a file of runtime.data that has an `inspect`
for it. Its answer is a dict; `error` says why there is none.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import IO, Any

Question = Mapping[str, Any]
Answer = dict[str, Any]

WIDTH = 4
"""Questions that are looked into at a time."""

KEPT = 64
"""Answers that a process remembers."""

MOST_FOLDERS = 1000
"""Folders below one that a question is about, whose changes are looked for."""

_known: OrderedDict[str, Answer] = OrderedDict()
_keeping = threading.Lock()


def answer(question: Question) -> Answer:
    """The answer, found out here and now; that about a file is kept as long as the file stays the same."""
    if question.get("ask") == "several":  # each is kept by itself
        return _find_out(question)
    key = _key(question)
    known = _known.get(key)
    if known is not None:
        return known
    found = _find_out(question)
    with _keeping:
        _known[key] = found
        while len(_known) > KEPT:
            _known.popitem(last=False)
    return found


def _key(question: Question) -> str:
    """The question with size and time of the files it is about."""
    marks: list[int] = []
    for path in _files(question):
        with suppress(OSError, ValueError):
            status = path.stat()
            marks += [status.st_size, status.st_mtime_ns]
    if question.get("ask") == "module":
        marks.append(_trusted(Path(str(question.get("path", "")))))
    if question.get("ask") == "pretrained":
        marks += _cached()
    return json.dumps([question, marks], sort_keys=True)


def _files(question: Question) -> list[Path]:
    """The file, the folder with those in it, or the two files that a question is about."""
    if not isinstance(question.get("path"), str):
        return []
    path, beside = Path(question["path"]), question.get("y")
    found = [path] if not isinstance(beside, str) or not beside else [path, path.parent / beside]
    with suppress(OSError, ValueError):
        found += islice(path.rglob("*/"), MOST_FOLDERS) if path.is_dir() else []
    return found


def _trusted(path: Path) -> int:
    """Whether own code may run, which changes while its file stays the same."""
    from runtime import trust

    try:
        return int(trust.is_trusted(trust.read(path)))
    except trust.NotRead:
        return -1


def _cached() -> list[int]:
    """When something came into torch's cache, or went."""
    from runtime.pretrained.weights import cache

    with suppress(OSError):
        return [cache().stat().st_mtime_ns]
    return []


def _find_out(question: Question) -> Answer:
    try:
        match question.get("ask"):
            case "csv":
                from runtime.data.csv import inspect

                return inspect(Path(str(question.get("path", ""))))
            case "module":
                from runtime.own_facts import inspect as inspect_module

                return inspect_module(question)
            case "pretrained":
                from runtime.pretrained.facts import inspect as inspect_pretrained

                return inspect_pretrained(question)
            case "several":
                return {"answers": [answer(each) for each in question["questions"]]}
            case "devices":
                return _devices()
            case str(name) if (inspect_data := _inspection(name)) is not None:
                return inspect_data(question)
    except Exception as error:  # a question must never end the helper
        return {"error": f"{type(error).__name__}: {error}"}
    return {"error": f"Nobody knows about {question.get('ask')!r}."}


def _inspection(name: str) -> Callable[[Question], Answer] | None:
    """The `inspect` of a file of runtime.data, if there is such a file."""
    module = f"runtime.data.{name}"
    if not name.isidentifier() or importlib.util.find_spec(module) is None:
        return None
    found: Callable[[Question], Answer] | None = getattr(importlib.import_module(module), "inspect", None)
    return found


def _devices() -> Answer:
    """The devices that can train: name, title, memory in bytes; and the choice of `auto`."""
    import psutil

    from runtime import devices

    found = [{"name": "cpu", "title": f"Processor, {devices.cores()} cores", "memory": psutil.virtual_memory().total}]
    found += [{"name": name, **devices.describe(name)} for name in devices.names()[1:]]
    choice = devices.choose("auto")
    return {"devices": found, "auto": choice.name, "why": choice.why}


class Facts:
    """The client of a helper process, which starts at the first question. `on_answer` is called on another thread."""

    def __init__(self, on_answer: Callable[[Question, Answer], None]) -> None:
        self.on_answer = on_answer
        self._process: subprocess.Popen[str] | None = None
        self._asked: dict[str, Question] = {}
        self._lock = threading.Lock()

    def ask(self, question: Question) -> None:
        """Asks; the answer comes when it is there. The same question in waiting is asked once."""
        with self._lock:
            key = json.dumps(question, sort_keys=True)
            if key in self._asked:
                return
            self._asked[key] = dict(question)
            try:
                self._send(key)
            except OSError:
                self._process = None
                try:
                    self._send(key)
                except OSError as error:
                    self._asked.pop(key)
                    threading.Thread(target=self.on_answer, args=(question, _lost(error)), daemon=True).start()

    def close(self) -> None:
        """Ends the helper."""
        with self._lock:
            process, self._process = self._process, None
            self._asked.clear()
        if process is not None and process.stdin is not None:
            with suppress(OSError):
                process.stdin.close()
            try:
                process.wait(2)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _send(self, key: str) -> None:
        if self._process is None or self._process.poll() is not None:
            self._process = _start()
            threading.Thread(target=self._listen, args=(self._process,), name="facts", daemon=True).start()
        assert self._process.stdin is not None
        self._process.stdin.write(key + "\n")
        self._process.stdin.flush()

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                key, found = json.loads(line)
                self._tell(key, found)
        process.wait()
        if process.stdin is not None:
            with suppress(OSError):
                process.stdin.close()
        with self._lock:
            left = list(self._asked) if self._process is process else []
        for key in left:
            self._tell(key, _lost(None))

    def _tell(self, key: str, found: Answer) -> None:
        with self._lock:
            question = self._asked.pop(key, None)
        if question is not None:
            self.on_answer(question, found)


def _lost(error: OSError | None) -> Answer:
    return {"error": "The helper that looks into files ended" + (f": {error}." if error else " unexpectedly.")}


def _start() -> subprocess.Popen[str]:
    """A process that ends when its input does, and so with us."""
    from runtime.launch import environment

    return subprocess.Popen(
        [sys.executable, "-P", "-m", "runtime.facts"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True, encoding="utf-8", env=environment(),
    )  # fmt: skip


def serve(questions: IO[str], answers: IO[str]) -> None:
    """Answers line by line until the questions end, as each is found. It stands beside its question's text."""
    lock = threading.Lock()
    with ThreadPoolExecutor(WIDTH) as pool:  # own code may take long, a table need not wait for it
        for line in questions:
            pool.submit(_serve, line.rstrip("\n"), answers, lock)


def _serve(key: str, answers: IO[str], lock: threading.Lock) -> None:
    try:
        found = answer(json.loads(key))
    except (ValueError, AttributeError):
        found = {"error": "That was no question."}
    with lock:
        answers.write(json.dumps([key, found]) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve(sys.stdin, sys.stdout)
