"""Answers one sample after another for the window: `python -m runtime.predict.serve RUN`, JSON lines in and out.

The first line says what the network takes in, or `error`, a sentence. A question is `{"ask": "typed", "values": …}`,
`{"ask": "text", "text": …}`, `{"ask": "picture", "path": …}` or `{"ask": "row", "part": "test", "at": 3}`; its answer
holds `values`, what the network was given, and `outputs`, what it answered; or `error`. `continue` and `forecast` go on
with a text and with a series.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np

from runtime.data.source import Source
from runtime.data.table import Array, DataError
from runtime.predict.answers import chances, nested
from runtime.predict.argument import Argument
from runtime.predict.continuing import series, text, writes
from runtime.predict.inputs import Inputs
from runtime.predict.pictures import Pictures, highest, takes_pictures
from runtime.predict.predictor import Answer, NoAnswer, Predictor
from runtime.predict.series import takes_series
from runtime.predict.steps import labels_steps, spoken_steps, step_answers
from runtime.predict.texts import Texts
from runtime.predict.typed import values as typed_values
from runtime.predict.wording import Wording, wording
from runtime.protocol import to_json
from runtime.runs import Run
from runtime.studies.plans import fold_of
from runtime.words import amount

MOST_NUMBERS = 4096
"""An answer of more numbers is cut: nobody reads them."""

Question = Mapping[str, Any]
Reply = dict[str, Any]


class Desk:
    """Answers questions about single samples with one network."""

    def __init__(self, predictor: Predictor) -> None:
        self.predictor = predictor
        self._sources: dict[str, Source] | None = None

    def welcome(self) -> Reply:
        """What the network takes in."""
        return {
            "run": self.predictor.run.name,
            "weights": self.predictor.weights.stem,
            "arguments": [_form(argument, self.predictor) for argument in self.predictor.arguments],
            "why": [meaning.why for meaning in self.predictor.meanings],
        }

    def answer(self, question: Question) -> Reply:
        """The answer, or an error in a sentence."""
        try:
            match question.get("ask"):
                case "typed":
                    return self._ask(typed_values(question["values"], self.predictor.arguments, "The sample"))
                case "picture":
                    argument = self.predictor.arguments[0]
                    invert = bool(question.get("invert"))
                    return self._ask(Pictures(Path(question["path"]), argument, invert=invert))
                case "continue":
                    return self._continue(question)
                case "text":
                    return self._text(str(question["text"]))
                case "forecast":
                    start = np.array(question["values"], dtype=np.float32)
                    return {"ahead": nested(series(self.predictor, start, int(question["length"])))}
                case "row":
                    return self._row(str(question["part"]), int(question["at"]))
        except DataError as error:
            return {"error": str(error)}
        except Exception as error:  # a sample must never end the desk
            return {"error": f"The network cannot answer: {' '.join(str(error).split()) or type(error).__name__}"}
        return {"error": "That was no question."}

    def _ask(self, inputs: Inputs) -> Reply:
        rows = inputs.batch(0, 1)
        answers = self.predictor.ask(rows)
        return {
            "values": {name: nested(values[0]) for name, values in rows.items()},
            "outputs": [_output(answer) for answer in answers],
            "messages": inputs.messages if not isinstance(inputs, Pictures) else [],
        }

    def _continue(self, question: Question) -> Reply:
        start, length = str(question["start"]), int(question["length"])
        pieces = text(self.predictor, start, length, float(question["temperature"]), int(question["seed"]))
        return {"start": start, "text": "".join(pieces)}

    def _text(self, given: str) -> Reply:
        known = wording(self.predictor.arguments[0])
        if known is None:
            raise DataError("The network takes no text.")
        asked = Texts([given], self.predictor.arguments[0], known)
        if not labels_steps(self.predictor):
            return self._ask(asked)
        answers = step_answers(self.predictor, asked.batch(0, 1))
        told = [_steps(answer, asked.pieces[0], known) for answer in answers]
        return {"values": {}, "outputs": told, "messages": asked.messages}

    def _row(self, part: str, at: int) -> Reply:
        sources = self._load()
        program = self.predictor.program
        count = min((source.rows(part) for source in sources.values()), default=0)
        if not count:
            raise DataError(f"The data have no rows in the {part} part.")
        at %= count
        rows = {
            name: sources[born].parts[part][port][at : at + 1].numpy()
            for (born, port), name in program.net_arguments.items()
        }
        found = {"part": part, "at": at, "rows": count, "values": {n: nested(held[0]) for n, held in rows.items()}}
        known = wording(self.predictor.arguments[0])
        if known is None:
            return found | {"outputs": self._outputs(self.predictor.ask(rows), part, at)}
        tokens = rows[self.predictor.arguments[0].name][0].tolist()
        found["written"] = known.text(tokens)
        if not labels_steps(self.predictor):
            return found | {"outputs": self._outputs(self.predictor.ask(rows), part, at)}
        pieces = [known.vocabulary[token] if token else "?" for token in tokens]
        return found | {"outputs": [
            _steps(answer, pieces, known) | self._steps_right(answer, part, at)
            for answer in step_answers(self.predictor, rows)
        ]}  # fmt: skip

    def _outputs(self, answers: list[Answer], part: str, at: int) -> list[Reply]:
        return [_output(answer) | self._right(answer, part, at) for answer in answers]

    def _steps_right(self, answer: Answer, part: str, at: int) -> Reply:
        """How many of the labels are those of the data."""
        spot = answer.meaning.target
        source = self._load().get(spot[0]) if spot else None
        tensor = source.parts[part].get(spot[1]) if source and spot else None
        if tensor is None or answer.labels is None:
            return {}
        right = int((tensor[at].numpy() == answer.labels).sum())
        return {"told_right": f"{right} of {len(answer.labels)} labels are those of the data."}

    def _right(self, answer: Answer, part: str, at: int) -> Reply:
        """What the data say, where the targets of this answer come straight from them."""
        spot = answer.meaning.target
        source = self._load().get(spot[0]) if spot else None
        tensor = source.parts[part].get(spot[1]) if source and spot else None
        if tensor is None:
            return {}
        value: Array = tensor[at].numpy()
        if answer.labels is not None and value.ndim == 0 and value.dtype.kind in "iu":
            names = answer.meaning.classes
            return {"right": names[int(value)] if 0 <= int(value) < len(names) else str(value)}
        return {"right": nested(value)} if value.size <= MOST_NUMBERS else {}

    def _load(self) -> dict[str, Source]:
        """The data of the run, read when a row is asked for the first time."""
        from runtime.train.rows import NodeError, load_sources

        if self._sources is None:
            run = self.predictor.run
            try:
                self._sources = load_sources(self.predictor.program, Path(run.job.base or run.path), fold_of(run.job))
            except NodeError as error:
                raise DataError(str(error)) from error
        return self._sources


def _steps(answer: Answer, pieces: list[str], known: Wording) -> Reply:
    """One output for one text, with a label for each of its steps."""
    meaning, steps = answer.meaning, spoken_steps(pieces, answer)
    found: Reply = {"name": meaning.name, "reads": "steps", "steps": steps, "classes": meaning.classes,
                    "joined": known.unit in ("letters", "characters")}  # fmt: skip
    if known.unit == "letters":
        end = meaning.classes[-1]
        found["read"] = "".join(step["token"] + " " * (step["label"] == end) for step in steps).strip()
    return found


def _form(argument: Argument, predictor: Predictor) -> Reply:
    """What one argument takes in: columns, a picture, a text, a series, or so many numbers."""
    found: Reply = {"name": argument.name, "source": argument.source, "sides": [_side(s) for s in argument.inner]}
    columns = argument.columns()
    if columns is not None:
        found["columns"] = [{"name": column.name, "words": column.words} for column in columns]
    if argument.tensor.dtype == "index" and argument.tensor.classes:
        found["classes"] = argument.tensor.classes
    known = wording(argument)
    if known is not None:
        found |= {"text": known.unit, "continued": writes(predictor) is not None}
    if takes_series(argument):
        found["series"] = [meaning.reads for meaning in predictor.meanings] == ["numbers"]
    if takes_pictures(argument):
        found["high"] = highest(argument)
    return found


def _side(side: Any) -> int | None:
    return side if isinstance(side, int) else None


def _output(answer: Answer) -> Reply:
    """One output for one sample."""
    meaning, shown = answer.meaning, answer.numbers[0]
    found: Reply = {"name": meaning.name, "reads": meaning.reads}
    if answer.labels is not None and answer.labels.ndim == 1 and meaning.reads != "labels":
        found["prediction"] = answer.words(0)
        if answer.probabilities is not None:
            return {**found, "chances": chances(answer, 0)}
        scores = np.atleast_1d(shown).reshape(-1)
        names = meaning.classes if len(scores) == len(meaning.classes) else (meaning.name,)
        return {**found, "scores": dict(zip(names, nested(scores), strict=True))}
    if answer.labels is not None:
        shown = (
            answer.labels[0] if answer.probabilities is None or meaning.reads == "classes" else answer.probabilities[0]
        )
    if shown.size > MOST_NUMBERS:
        return {**found, "told": f"{amount(shown.size, 'number')}: too many to show here."}
    return {**found, "numbers": nested(shown)}


def serve(desk: Desk, questions: IO[str], answers: IO[str]) -> None:
    """Answers line by line until the questions end."""
    for line in questions:
        try:
            question = json.loads(line)
            found = desk.answer(question) | {"id": question.get("id")}
        except (ValueError, AttributeError):
            found = {"error": "That was no question."}
        _say(found, answers)


def _say(reply: Reply, answers: IO[str]) -> None:
    answers.write(json.dumps(to_json(reply)) + "\n")
    answers.flush()


def main(arguments: list[str] | None = None) -> int:
    """Serves one run until the input ends."""
    (folder,) = sys.argv[1:] if arguments is None else arguments
    try:
        desk = Desk(Predictor(Run(Path(folder))))
    except NoAnswer as error:
        _say({"error": str(error)}, sys.stdout)
        return 1
    except Exception as error:
        told = getattr(error, "sentence", None) or " ".join(str(error).split()) or type(error).__name__
        _say({"error": told}, sys.stdout)
        return 1
    _say(desk.welcome(), sys.stdout)
    serve(desk, sys.stdin, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
