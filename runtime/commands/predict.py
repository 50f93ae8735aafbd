"""`neuroloom predict FILE --run RUN --input DATA -o OUT`: asks a trained network about rows, tables or pictures."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runtime.commands.command import GOOD, WRONG_DRAWING, WRONG_USAGE, Stop, complain, emit, printable, say, table, verb
from runtime.words import amount

if TYPE_CHECKING:
    from runtime.predict.answers import Batches
    from runtime.predict.inputs import Inputs
    from runtime.predict.predictor import Predictor
    from runtime.runs import Run

SHOWN = 50
"""Rows that are printed where no file is to be written."""

MOST_SIGNS = 60
"""A text in a table that is printed is cut behind so many."""


def add(verbs: Any) -> None:
    parser = verb(verbs, "predict", "ask a trained network: about a table, pictures, arrays, or rows typed", predict)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--run", type=Path, metavar="DIR", help="which run has learned (left out: the newest)")
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument(
        "--input", metavar="DATA",
        help="a .csv, .txt, .npy, .npz or .json file, a picture, a folder of them, a text, or rows as JSON: [[5.1, 3]]",
    )  # fmt: skip
    asked.add_argument(
        "--continue",
        dest="start",
        metavar="START",
        help="go on with a text, with numbers such as '2 3 5 7', or with those of a .csv file, step by step",
    )
    asked.add_argument(
        "--count", type=_count, metavar="N", help="let a generator make N rows or pictures of noise: .png, .npz or .csv"
    )
    parser.add_argument(
        "--class", dest="wanted", metavar="NAME", help="the class a generator should make (all in turn)"
    )
    parser.add_argument("--length", type=_count, default=200, metavar="N", help="how many steps to go on (200)")
    parser.add_argument(
        "--temperature",
        type=_heat,
        default=1.0,
        metavar="T",
        help="how daring: 0 takes the likeliest, 1 as learned (1)",
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="chooses what is drawn (0)")
    parser.add_argument("-o", "--output", type=Path, metavar="OUT", help="a .csv, .jsonl or .npz file to write")
    parser.add_argument(
        "--invert", action="store_true", help="pictures are dark on light, but light on dark was learned"
    )
    parser.add_argument("--device", default="cpu", metavar="NAME", help="auto, cpu, cuda, cuda:N or mps (cpu)")


def predict(given: argparse.Namespace) -> int:
    from runtime.data.table import DataError
    from runtime.predict.inputs import open_inputs

    if given.count is not None:
        return _make(given)
    predictor = _predictor(_run(given), given.device)
    try:
        if given.start is not None:
            return _continue(given, predictor)
        inputs = open_inputs(given.input, predictor.arguments, invert=given.invert)
        for message in (*(meaning.why for meaning in predictor.meanings), *inputs.messages):
            _tell(message, as_json=given.json)
        return _answer(given, *_asked(predictor, inputs))
    except DataError as error:
        raise Stop(WRONG_DRAWING, str(error)) from error


def _asked(predictor: Predictor, inputs: Inputs) -> tuple[Inputs, Batches]:
    """The rows with their answers; of texts that get a label for each step, each step is a row."""
    from runtime.predict.steps import by_step, labels_steps
    from runtime.predict.texts import Texts

    if isinstance(inputs, Texts) and labels_steps(predictor):
        return by_step(predictor, inputs)
    return inputs, predictor.answers(inputs)


def _continue(given: argparse.Namespace, predictor: Predictor) -> int:
    """Goes on with a text as it comes, or with a series."""
    from runtime.predict.continuing import series, text, writes
    from runtime.predict.series import beginning, takes_series

    if writes(predictor) is None and takes_series(predictor.arguments[0]):
        start = beginning(given.start, predictor.arguments[0])
        return _write_steps(given, series(predictor, start, given.length).tolist())
    pieces = text(predictor, given.start, given.length, given.temperature, abs(given.seed))
    if given.json or given.output:
        whole = given.start + "".join(pieces)
        if given.output:
            given.output.write_text(whole, encoding="utf-8")
        if given.json:
            emit("continued", text=whole)
        return GOOD
    for piece in chain([given.start], pieces):
        print(printable(piece), end="", flush=True)
    say()
    return GOOD


def _write_steps(given: argparse.Namespace, rows: list[list[float]]) -> int:
    if given.output:
        lines = [",".join(["step", *(f"x[{at}]" for at in range(len(rows[0])))])]
        lines += [",".join(map(str, [step, *row])) for step, row in enumerate(rows, 1)]
        given.output.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if given.json:
        emit("continued", steps=rows)
    elif not given.output:
        for row in rows:
            say("  ".join(f"{value:.6g}" for value in row))
    return GOOD


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1_000_000:
        raise argparse.ArgumentTypeError("it must be a whole number from 1 to 1,000,000")
    return int(text)


def _heat(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 100:
        raise argparse.ArgumentTypeError("it must be a number from 0 to 100")
    return number


def _answer(given: argparse.Namespace, inputs: Inputs, batches: Batches) -> int:
    from runtime.predict.answers import lines, write

    if given.output is not None:
        rows = write(given.output, inputs, batches)
        if given.json:
            emit("predicted", rows=rows, file=str(given.output))
        else:
            say(f"Wrote {given.output}: answers for {amount(rows, 'row')}.")
    elif given.json:
        for line in lines(inputs, batches):
            emit("prediction", **line)
        emit("predicted", rows=inputs.rows)
    else:
        _show(inputs, batches)
    return GOOD


def _show(inputs: Inputs, batches: Batches) -> None:
    """The first rows as a table on the screen."""
    from runtime.predict.answers import Titles, cells
    from runtime.predict.inputs import named

    first, answers = next(iter(batches))
    head = list(inputs.head) if named(inputs) else ["row"]
    rows = []
    for at in range(min(SHOWN, len(answers[0].numbers))):
        told = inputs.told(first + at) if named(inputs) else [first + at + 1]
        rows.append([_shown(cell) for cell in chain(told, *(cells(answer, at) for answer in answers))])
    titles = [*head, *Titles(answers).names]
    table(titles, rows, right=_numeric(rows))
    if inputs.rows > len(rows):
        complain(f"These are the first of {amount(inputs.rows, 'row')}: write all of them into a file with -o.")


def _shown(cell: Any) -> str:
    if isinstance(cell, float):
        return f"{cell:.4g}"
    text = str(cell)
    return text if len(text) <= MOST_SIGNS else text[: MOST_SIGNS - 1] + "…"


def _numeric(rows: Sequence[Sequence[str]]) -> list[int]:
    def is_number(text: str) -> bool:
        return text.replace(".", "").replace("-", "").replace("e", "").replace("+", "").isdigit()

    return [at for at in range(len(rows[0])) if all(is_number(row[at]) for row in rows)]


def _tell(message: str, *, as_json: bool) -> None:
    if as_json:
        emit("message", text=message)
    else:
        complain(message)


def _make(given: argparse.Namespace) -> int:
    """Lets a generator make something, and writes it."""
    from runtime.predict.making import Maker, write

    if given.output is None:
        raise Stop(WRONG_USAGE, "Say where to with -o: a .png of all pictures, .npz, or .csv for rows.")
    run = _run(given)
    with _sentences():
        made = Maker(run).make(given.count, abs(given.seed), given.wanted)
        told = write(given.output, made)
    _tell(told, as_json=given.json)
    if given.json:
        emit("made", output=str(given.output), shapes={name: list(array.shape) for name, array in made.items()})
    return GOOD


def _predictor(run: Run, device: str) -> Predictor:
    from runtime.devices import choose
    from runtime.predict.predictor import Predictor

    with _sentences():
        return Predictor(run, choose(device).name)


@contextmanager
def _sentences() -> Iterator[None]:
    """What can be wrong with a run, or with what it is asked, ends the verb."""
    from graph.project import ProjectError
    from runtime.data.table import DataError
    from runtime.devices import NoDevice
    from runtime.drawing import BadOverride
    from runtime.exports import ExportError
    from runtime.predict.predictor import NoAnswer
    from runtime.program import ProgramError
    from runtime.train.checkpoint import BadCheckpoint

    try:
        yield
    except ProgramError as error:
        raise Stop(WRONG_DRAWING, error.sentence) from error
    except (ProjectError, BadOverride, ExportError, DataError) as error:
        raise Stop(WRONG_DRAWING, str(error)) from error
    except (NoAnswer, BadCheckpoint, NoDevice) as error:
        raise Stop(WRONG_USAGE, str(error)) from error


def _run(given: argparse.Namespace) -> Run:
    """The run that was named, else the newest of the drawing that has weights; it is said which."""
    from runtime.runs import Run, runs_of

    if given.run is not None:
        named = Run(given.run.absolute())
        if not named.exists:
            raise Stop(WRONG_USAGE, f"There is no run in {given.run}.")
        if named.weights() is None:
            raise Stop(WRONG_USAGE, f"The run in {given.run} has no weights yet.")
        return named
    found = next((run for run in reversed(runs_of(given.file)) if run.weights()), None)
    if found is None:
        raise Stop(WRONG_USAGE, f"{given.file.name} has no run that has learned anything: train it first.")
    _tell(f"Asks the run {found.name}.", as_json=given.json)
    return found
