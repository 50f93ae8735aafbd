"""Arrays of numpy on the disk: whatever somebody has prepared elsewhere."""

from collections.abc import Mapping
from typing import Any

from graph.misfit import Advice, Misfit
from graph.param import param
from graph.roles import Data
from graph.shape import Axis, Side, Tensor, Value
from graph.spec import Place, Port


class Arrays(Data):
    """Arrays of numpy from an .npz or .npy file. Each row of the first side is one example.

    Whole numbers and words as answers are classes; numbers with fractions are numbers.
    """

    shapes = "x (N, *), y (N) or (N, *)  sides as in the file"
    use = "For data that was prepared in Python: pictures, signals, sequences, tokens, masks, anything of one shape."
    avoid = "For tables with names (CSV) and single pictures (ImageFolder), which need no preparing."
    origin = "C. Harris and others: Array Programming with NumPy, 2020"
    words = ("numpy", "npy", "npz", "tensor", "file", "own data", "dataset", "import")
    telling = ("path", "batch_size")
    path: str = param("", "An .npz file with arrays that have names, or an .npy file with one.", type="path")
    x: str = param("", "The array that the network sees; left empty, x, X or the first.")
    y: str = param("", "The array with the answers, or another .npy file beside the first; left empty, y or Y.")
    inputs_are: str = param("numbers", "What x holds: numbers, or whole numbers that stand for tokens.",
                            choices=("numbers", "tokens"))  # fmt: skip
    answers: str = param("auto", "What y holds; by itself: classes where it holds whole numbers or words.",
                         choices=("auto", "classes", "numbers", "none"))  # fmt: skip
    channels: str = param("first", "Where pictures have their colours: before height and width, or behind.",
                          choices=("first", "last"))  # fmt: skip
    reading: str = param(
        "auto", "Read all rows at once, or those of a batch when they are needed; by itself where they do not fit.",
        choices=("auto", "at once", "when needed"),
    )  # fmt: skip
    sequence: bool = param(False, "Whether the side behind the rows is the length of a sequence.")

    def ports_out(self) -> tuple[Port, ...]:
        return self.outputs[:1] if self.answers == "none" else self.outputs

    def question(self) -> dict[str, Any] | None:
        if not self.path:
            return None
        asked = {"x": self.x, "y": "" if self.answers == "none" else self.y, "tokens": self.inputs_are == "tokens"}
        return {"ask": "arrays", "path": self.path, **asked}

    def rows(self, facts: Mapping[str, Any] | None) -> int | None:
        return facts["x"]["shape"][0] if facts and facts.get("x") else None

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        if not self.path:
            raise Misfit(port="", text="{node} has no file yet: choose one in its parameters.", code="no-file")
        rows, facts = Axis(place.born, "N", self.rows(place.facts)), place.facts or {}
        x, y = facts.get("x"), facts.get("y")
        if not x:
            return {port.name: Tensor() for port in self.ports_out()}
        inner = self.turned(tuple(x["shape"][1:]))
        time = Axis(place.born, "T", inner[0]) if self.sequence and inner else None
        tokens = self.inputs_are == "tokens"
        given: dict[str, Value] = {
            "x": Tensor((rows, *_timed(inner, time)), "index" if tokens else "float", x.get("classes"))
        }
        return given if self.answers == "none" else given | {"y": self._answer(rows, time, y)}

    def turned(self, inner: tuple[int, ...]) -> tuple[int, ...]:
        """The sides of a row with colours first."""
        return (inner[-1], *inner[:-1]) if self.channels == "last" and len(inner) == 3 else inner

    def classed(self, told: Mapping[str, Any]) -> bool:
        """Whether an array of answers holds classes; raises Misfit if it cannot be what it is said to be."""
        if self.answers == "classes" and not told["whole"]:
            raise Misfit(port="", text="{node}: the answers have fractions, so they are no classes.", code="answers")
        if self.answers == "numbers" and told.get("words"):
            raise Misfit(port="", text="{node}: the answers are words, not numbers.", code="answers")
        return self.answers == "classes" or (self.answers == "auto" and bool(told["whole"]) and not told.get("float"))

    def _answer(self, rows: Axis, time: Axis | None, told: Mapping[str, Any] | None) -> Tensor:
        if not told:
            text = "{node}: the file has no array y for the answers. Name one, or say that there are none."
            advice = Advice("set", "It has no answers", params={"answers": "none"})
            raise Misfit(port="", text=text, code="answers", advice=advice)
        sides = (rows, *_timed(tuple(told["shape"][1:]), time))
        if not self.classed(told):
            return Tensor(sides, "float")
        if told.get("problem"):
            raise Misfit(port="", text=f"{{node}}: {told['problem']}", code="answers")
        return Tensor(sides, "index", told.get("classes"))


def _timed(inner: tuple[int, ...], time: Axis | None) -> tuple[Side, ...]:
    """Sides behind the rows; the first is the time if it is as long."""
    return (time, *inner[1:]) if time and inner and inner[0] == time.length else inner
