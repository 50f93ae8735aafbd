"""How a kind of node is declared: one class with parameters, ports, words, a shape rule and its torch code."""

import ast
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, TypeAlias

from graph.records import BadNumber
from graph.shape import UNKNOWN, Loss, Schedule, Side, Tensor, Value

PortType: TypeAlias = Literal["tensor", "loss", "schedule"]
ParamType: TypeAlias = Literal[
    "int", "float", "bool", "choice", "text", "path", "column", "columns", "shape", "pair", "floats"
]
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Port:
    """Where wires end. A gathering port takes any number; a lettered one stands for a, b, c, … with one wire each."""

    name: str
    type: PortType = "tensor"
    gathers: bool = False
    lettered: bool = False
    optional: bool = False
    help: str = ""


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of a kind.

    `always`: printed in the source even at its default (torch has none for it). `last`: shown behind what the kind adds.
    """

    default: Any
    help: str
    type: ParamType
    name: str = ""
    min: float | None = None
    max: float | None = None
    above: float | None = None
    below: float | None = None
    choices: tuple[str, ...] = ()
    optional: bool = False
    always: bool = False
    printed: bool = True
    last: bool = False
    unit: str = ""

    def wrong(self, value: Any) -> str | None:
        """What is wrong with a value, as the end of "NAME is VALUE, but …"; None if it is good."""
        if value is None:
            return None if self.optional or self.default is None else f"must be {self.wanted()}"
        if not self._typed(value):
            return f"must be {self.wanted()}"
        if self.type in ("int", "float", "pair", "shape", "floats"):
            numbers = value if isinstance(value, (list, tuple)) else [value]
            return None if all(self._inside(number) for number in numbers) else f"must be {self.wanted()}"
        return None

    def wanted(self) -> str:
        """What a good value is, in words."""
        if self.type == "choice":
            return "one of " + ", ".join(self.choices)
        words = {
            "int": "a whole number", "float": "a number", "bool": "true or false", "text": "a text", "path": "a path",
            "column": "the name of a column", "columns": "a list of column names",
            "shape": "a list of whole numbers", "pair": "a whole number, or two of them",
            "floats": "a list of numbers",
        }[self.type]  # fmt: skip
        return words + self._bounds() + (" (or left out)" if self.optional else "")

    def _bounds(self) -> str:
        low = (
            f"at least {self.min:g}"
            if self.min is not None
            else f"above {self.above:g}"
            if self.above is not None
            else ""
        )
        high = (
            f"at most {self.max:g}"
            if self.max is not None
            else f"below {self.below:g}"
            if self.below is not None
            else ""
        )
        both = " and ".join(part for part in (low, high) if part)
        return f", {both}" if both else ""

    def _inside(self, number: float) -> bool:
        return (
            (self.min is None or number >= self.min)
            and (self.max is None or number <= self.max)
            and (self.above is None or number > self.above)
            and (self.below is None or number < self.below)
        )

    def _typed(self, value: Any) -> bool:
        if isinstance(value, BadNumber):
            return False
        whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63
        match self.type:
            case "int":
                return whole
            case "float":
                return _finite(value)
            case "bool":
                return isinstance(value, bool)
            case "choice":
                return isinstance(value, str) and value in self.choices
            case "text" | "path" | "column":
                return isinstance(value, str)
            case "columns":
                return isinstance(value, (list, tuple)) and all(isinstance(name, str) for name in value)
            case "pair":
                return whole or (_whole_numbers(value) and len(value) == 2)
            case "floats":
                numbers = isinstance(value, (list, tuple)) and len(value) == len(self.default)
                return numbers and all(_finite(number) for number in value)
            case "shape":
                return _whole_numbers(value) and len(value) > 0


def _finite(value: Any) -> bool:
    """Whether a value is a number that a float can hold."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) < 2**63 and math.isfinite(value)


def _whole_numbers(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(
        isinstance(side, int) and not isinstance(side, bool) and abs(side) < 2**63 for side in value
    )


def param(default: Any, help: str, *, type: ParamType | None = None, **limits: Any) -> Any:
    """Declare a parameter; its type follows from the default unless it is given."""
    if type is None:
        type = "choice" if "choices" in limits else _TYPES[default.__class__]
    return Param(default, help, type, **limits)


_TYPES: dict[type, ParamType] = {bool: "bool", int: "int", float: "float", str: "text", tuple: "shape"}


@dataclass(frozen=True, slots=True)
class Advice:
    """A fix in words of the kind; the reading makes a patch of it.

    `insert` a kind (with `params`) on the wire into `port`; `set` own `params`; `set_source` the parameters of the node
    that feeds `port`, or of the first before it that has them; `become` another kind; go `before` the node that feeds
    `port`.
    """

    action: Literal["insert", "set", "set_source", "become", "before"]
    label: str
    kind: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


class Misfit(Exception):
    """What comes in does not fit: "{node} {wants}, but {source} gives {value}: {hint}".

    With `text` the sentence is that text, in which {node} and {source} stand for names. `code` names the diagnostic.
    `at` is the place of the wire at a gathering port.
    """

    def __init__(
        self,
        wants: str = "",
        port: str = "x",
        *,
        hint: str = "",
        text: str = "",
        advice: Advice | None = None,
        code: str = "shape",
        at: int = -1,
    ) -> None:
        super().__init__(text or wants)
        self.wants, self.port, self.hint, self.text = wants, port, hint, text
        self.advice, self.code, self.at = advice, code, at


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node stands when it is read: its birth name, and what an inspection of its file has told (or None)."""

    born: str
    facts: Mapping[str, Any] | None = None


class Kind:
    """What every kind declares. The name of the class is the kind's name in files; its docstring is shown to users.

    A new node is called after `stem` (or the kind's name) and a number; where `numbered` is false, the first has none.
    """

    family: ClassVar[str] = ""
    title: ClassVar[str] = ""
    stem: ClassVar[str] = ""
    numbered: ClassVar[bool] = True
    torch: ClassVar[str] = ""
    formula: ClassVar[str] = ""
    words: ClassVar[tuple[str, ...]] = ()
    inputs: ClassVar[tuple[Port, ...]] = ()
    outputs: ClassVar[tuple[Port, ...]] = ()
    positional: ClassVar[tuple[str, ...]] = ()
    telling: ClassVar[tuple[str, ...]] = ()
    source: ClassVar[str] = ""
    params: ClassVar[dict[str, Param]] = {}

    def __init_subclass__(cls) -> None:
        own = {name: _named(name, value) for name, value in vars(cls).items() if isinstance(value, Param)}
        for name, declared in own.items():
            setattr(cls, name, declared.default)
        joined = {name: declared for name, declared in cls.params.items() if name not in own} | own
        cls.params = dict(sorted(joined.items(), key=lambda item: item[1].last))
        cls.title = vars(cls).get("title") or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", cls.__name__)

    def __init__(self, values: Mapping[str, Any] | None = None) -> None:
        for name, value in (values or {}).items():
            declared = self.params.get(name)
            if declared is not None and declared.wrong(value) is None:
                setattr(self, name, tuple(value) if isinstance(value, list) else value)

    @classmethod
    def name(cls) -> str:
        return cls.__name__

    @classmethod
    def help(cls) -> str:
        """The docstring as one text."""
        return re.sub(r"\s*\n\s*", " ", (cls.__doc__ or "").strip())

    @classmethod
    def input(cls, name: str) -> Port | None:
        """The declared port behind an input's name: a lettered one for `a`, `b`, …"""
        for port in cls.inputs:
            if port.name == name or (port.lettered and len(name) == 1 and name in LETTERS):
                return port
        return None

    @classmethod
    def output(cls, name: str) -> Port | None:
        return next((port for port in cls.outputs if port.name == name), None)

    def summary(self) -> str:
        """The line under the node's name: the kind and the parameters that matter."""
        told = [text for name in self.telling if (text := _short(getattr(self, name)))]
        return " ".join([self.title, *told])

    # --- reading

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        """Values of the outputs from those of the inputs (a gathering port's is a list); raises Misfit."""
        return {port.name: UNKNOWN for port in self.outputs}

    def weights(self, *inputs: Any) -> dict[str, tuple[Side, ...]]:
        """The shapes of the parameters that training moves, by torch's names; None for a side that is not known."""
        return {}

    def buffers(self, *inputs: Any) -> dict[str, tuple[Side, ...]]:
        """The shapes of what is stored but not trained."""
        return {}

    def macs(self, *values: Any) -> int | None:
        """Multiply-accumulates for one row, from the inputs and the output."""
        return 0

    # --- torch code

    def args(self, *inputs: Any) -> dict[str, Any]:
        """The arguments of torch's constructor; what equals torch's default is left out."""
        return {
            name: getattr(self, name)
            for name, declared in self.params.items()
            if declared.printed and (declared.always or getattr(self, name) != declared.default)
        }

    def arguments(self, *inputs: Any) -> str:
        """The arguments as source: positional ones first, the others by keyword."""
        given = self.args(*inputs)
        first = [code(given[name]) for name in self.positional if name in given]
        rest = [f"{name}={code(value)}" for name, value in given.items() if name not in self.positional]
        return ", ".join(first + rest)

    def module(self, *inputs: Any) -> str | None:
        """The expression that makes this node's module, or None if it needs none."""
        return f"{self.torch}({self.arguments(*inputs)})" if self.torch else None

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        """The expression for the output; `names` are expressions by port (a list for a gathering one)."""
        return f"{module}({', '.join(names.values())})"

    def assign(self, name: str) -> str:
        """The left side that takes the result of `call`; another one than `name` if it returns more than one."""
        return name


def code(value: Any) -> str:
    """A literal as Python source."""
    if isinstance(value, (list, tuple)):
        return f"({', '.join(code(item) for item in value)}{',' if len(value) == 1 else ''})"
    return (
        f'"{value}"' if isinstance(value, str) and value.isprintable() and not set(value) & set('"\\') else repr(value)
    )


def atom(expression: str) -> str:
    """An expression that an attribute, a call or an operator can follow: in brackets unless it needs none."""
    node = ast.parse(expression, mode="eval").body
    return expression if isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.Subscript)) else f"({expression})"


def _named(name: str, declared: Param) -> Param:
    return Param(**{**{key: getattr(declared, key) for key in Param.__dataclass_fields__}, "name": name})


def _short(value: Any) -> str:
    if value is None or isinstance(value, bool) or value == "":
        return ""
    if isinstance(value, float):
        return f"{value:g}"
    return "×".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


# --- the roles


class Data(Kind):
    """Gives rows to train on."""

    family = "data"
    numbered = False
    outputs = (Port("x", help="What the network sees."), Port("y", help="What it should answer."))
    batch_size: int = param(32, "Rows in one training step.", min=1, last=True)
    validation: float = param(0.15, "Part of the rows kept aside to watch the training.", min=0.0, below=1.0, last=True)
    test: float = param(
        0.15, "Part of the rows never looked at until the training is over.", min=0.0, below=1.0, last=True
    )
    shuffle: bool = param(True, "Take the rows in a new order in every epoch.", last=True)
    seed: int = param(0, "Chooses which rows go to which part.", min=0, last=True)
    telling: ClassVar[tuple[str, ...]] = ("batch_size",)
    fact: ClassVar[str] = ""

    def question(self) -> dict[str, Any] | None:
        """What only a look at a file can tell, as a question to the helper process; None if nothing."""
        return None

    def rows(self, facts: Mapping[str, Any] | None) -> int | None:
        """All rows, before they are split."""
        return None


class Layer(Kind):
    """Turns tensors into a tensor."""

    family = "layers"
    inputs = (Port("x"),)
    outputs = (Port("y"),)

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        tensors = list(inputs.values())
        if any(tensor.sides is None for tensor in tensors):
            return {"y": UNKNOWN}
        return {"y": self.shape(*tensors)}

    def shape(self, *inputs: Any) -> Tensor:
        """The output from inputs whose rank is known; raises Misfit."""
        raise NotImplementedError  # every concrete layer has its rule; a contract test reads each of them


class Activation(Layer):
    """Bends each number by itself."""

    family = "activation"

    def shape(self, x: Tensor) -> Tensor:
        floats(x)
        return Tensor(x.sides, "float", columns=x.columns)


class Merge(Layer):
    """Joins several tensors into one."""

    inputs = (Port("a", lettered=True),)


class Fitted(Layer):
    """Preprocessing that is fitted once, on the training part, before the first step."""

    family = "data"


class LossKind(Kind):
    """Says how wrong a prediction is."""

    family = "loss"
    stem = "loss"
    numbered = False
    inputs = (Port("prediction"), Port("target"))
    outputs = (Port("loss", "loss"),)

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        prediction, target = inputs["prediction"], inputs["target"]
        if prediction.sides is not None and target.sides is not None:
            self.check(prediction, target)
        return {"loss": Loss()}

    def check(self, prediction: Tensor, target: Tensor) -> None:
        """Raises Misfit where torch would refuse the pair."""

    def module(self, *inputs: Any) -> None:
        return None

    def sums(self, name: str, names: Mapping[str, Any], inputs: Mapping[str, Any], rows: str) -> tuple[str, str]:
        """Source of numerator and denominator of the figure over many batches; `name` holds the batch's mean."""
        return f"{name}.detach() * {rows}", rows


class Metric(Kind):
    """Measures how good a prediction is; nothing is trained by it."""

    family = "metric"
    numbered = False
    inputs = (Port("prediction"), Port("target"))
    outputs = ()
    higher_is_better: ClassVar[bool] = True

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        prediction, target = inputs["prediction"], inputs["target"]
        if prediction.sides is not None and target.sides is not None:
            self.check(prediction, target)
        return {}

    def check(self, prediction: Tensor, target: Tensor) -> None:
        """Raises Misfit where the pair cannot be measured."""

    def module(self, *inputs: Any) -> None:
        return None

    def sums(self, names: Mapping[str, Any], inputs: Mapping[str, Any], rows: str) -> tuple[str, str]:
        """Source of numerator and denominator; `rows` is an expression for the rows of the batch."""
        raise NotImplementedError  # every concrete metric has its sums; a contract test runs each of them


class Optimizer(Kind):
    """Moves the weights upstream of its losses so that they get smaller."""

    family = "optimizer"
    numbered = False
    inputs = (Port("loss", "loss", gathers=True), Port("schedule", "schedule", optional=True))
    outputs = ()
    telling = ("lr",)
    order: int = param(
        0, "Where several optimizers take turns: the smaller number goes first.", printed=False, last=True
    )
    every: int = param(1, "Take a turn only at every so many steps.", min=1, printed=False, last=True)

    def create(self, parameters: str) -> str:
        """The expression that makes the optimizer over an expression of parameters."""
        given = self.arguments()
        return f"{self.torch}({parameters}{', ' + given if given else ''})"


class ScheduleKind(Kind):
    """Lets the learning rate change while the network learns."""

    family = "optimizer"
    stem = "schedule"
    numbered = False
    outputs = (Port("schedule", "schedule"),)
    unit: ClassVar[Literal["epoch", "step"]] = "epoch"
    watches: ClassVar[bool] = False

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        return {"schedule": Schedule()}

    def create(self, optimizer: str, epochs: str) -> str:
        """The expression that makes the schedule; `epochs` is an expression for the length of the run."""
        given = self.arguments()
        return f"{self.torch}({optimizer}{', ' + given if given else ''})"


# --- words for rules


def floats(x: Tensor, port: str = "x", at: int = -1) -> None:
    """Raises Misfit if a layer of numbers gets whole class numbers or truth values."""
    if x.dtype == "index":
        raise Misfit("wants numbers that can have fractions", port, hint="class numbers go through an Embedding",
                     advice=Advice("insert", "Put an Embedding between", "Embedding"), code="dtype", at=at)  # fmt: skip
    if x.dtype == "bool":
        raise Misfit("wants numbers that can have fractions", port, code="dtype", at=at)
