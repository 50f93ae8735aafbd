"""What kinds do in a drawing: give data, turn tensors, say how wrong or how good, and move weights."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from graph.misfit import Advice, Misfit, floats
from graph.param import Param, param
from graph.shape import UNKNOWN, Loss, Schedule, Tensor, Value
from graph.spec import Kind, Place, Port
from graph.weights import WEIGHTS, equip

SHARES = Param(
    "", "The node whose weights it uses; left out, it has its own.", "node", name="shares", printed=False, last=True
)  # fmt: skip


class Data(Kind):
    """Gives rows to train on."""

    family = "data"
    numbered = False
    outputs: ClassVar[tuple[Port, ...]] = (
        Port("x", help="What the network sees."),
        Port("y", help="What it should answer."),
    )
    batch_size: int = param(32, "Rows in one training step.", min=1, last=True)
    validation: float = param(0.15, "Part of the rows kept aside to watch the training.", min=0.0, below=1.0, last=True)
    test: float = param(
        0.15, "Part of the rows never looked at until the training is over.", min=0.0, below=1.0, last=True
    )
    shuffle: bool = param(True, "Take the rows in a new order in every epoch.", last=True)
    drop_last: bool = param(
        False, "Leave out the rows at the end of an epoch that do not fill a whole step of training.", last=True
    )
    seed: int = param(0, "Chooses which rows go to which part.", min=0, last=True)
    telling: ClassVar[tuple[str, ...]] = ("batch_size",)
    fact: ClassVar[str] = ""

    def question(self) -> dict[str, Any] | None:
        """What only a look at a file can tell, as a question to the helper process; None if nothing."""
        return None

    def rows(self, facts: Mapping[str, Any] | None) -> int | None:
        """All rows, before they are split."""
        return None


class Drawn(Kind):
    """Gives numbers that are drawn anew in every step, as many rows as some data has."""

    family = "data"
    numbered = False
    outputs = (Port("x", help="The random numbers."),)

    def draw(self, rows: str, device: str, generator: str = "") -> str:
        """The expression that draws them, from expressions for the number of rows and the device."""
        raise NotImplementedError  # every kind says it


class Layer(Kind):
    """Turns tensors into a tensor. One that has weights may use those of another (`shares`, a birth name)."""

    family = "layers"
    told: ClassVar[tuple[str, ...]] = tuple(WEIGHTS)
    """What it can be told of its weights, if it has any."""
    shares: str = ""
    saves: ClassVar[str] = "input"
    """What is kept of a computation for the way back: its `input`, its `output`, or `nothing`."""
    joins_rows: ClassVar[bool] = False
    """Whether, in training, what it gives to a row depends on the other rows of the batch."""
    tied: ClassVar[tuple[str, ...]] = ()
    """The weights that it can take from a node of another kind, if all of its own are among them."""
    one_dtype: ClassVar[bool] = False
    """Whether torch wants what comes in in one precision: in a lower one, numbers of data and of a network differ."""
    inputs: ClassVar[tuple[Port, ...]] = (Port("x"),)
    outputs: ClassVar[tuple[Port, ...]] = (Port("y"),)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if cls.weights is not Kind.weights:
            equip(cls, cls.told)
            cls.params = {**cls.params, "shares": SHARES}

    def inside(self, *values: Any) -> int | None:
        """How many numbers it keeps besides for the way back; `values`: what comes in, and the first that goes out."""
        return 0

    def tie(self, weights: Mapping[str, str], names: Mapping[str, Any]) -> str:
        """The expression for the output with weights of another node, given as expressions."""
        raise NotImplementedError  # kinds that can be tied say it

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        tensors = self.in_order(inputs)
        if any(tensor is not None and tensor.sides is None for tensor in tensors):
            return {port.name: UNKNOWN for port in self.ports_out()}
        found = self.shape(*tensors)
        given = found if isinstance(found, tuple) else (found,)
        return {port.name: value for port, value in zip(self.ports_out(), given, strict=True)}

    def shape(self, *inputs: Any) -> Tensor | tuple[Tensor, ...]:
        """The output from inputs whose rank is known, or a tuple of several; raises Misfit."""
        raise NotImplementedError  # every concrete layer has its rule; a contract test reads each of them


class Activation(Layer):
    """Bends each number by itself. The picture of its curve goes from −`reach` to `reach`."""

    family = "activation"
    shapes = "(N, *) → (N, *)  any sides, which stay as they are"
    reach: ClassVar[float] = 5.0

    def shape(self, x: Tensor) -> Tensor:
        floats(x)
        return Tensor(x.sides, "float", columns=x.columns)

    def curve(self, x: float) -> float | None:
        """The output for one number, for the picture of the curve; None where no single number decides it."""
        return None


class Merge(Layer):
    """Joins several tensors into one."""

    inputs: ClassVar[tuple[Port, ...]] = (Port("a", lettered=True),)


class Fitted(Layer):
    """Preprocessing that is fitted once, on the training part, before the first step."""

    family = "data"


BALANCE = "balanced"
"""What stands in the place of typed weights that are to follow from how often each class occurs."""


class LossKind(Kind):
    """Says how wrong a prediction is.

    `predictions` are the ports at which the model answers. `takes` says what the answers must be, where it is not just
    numbers: "scores" (raw ones), "probabilities" or their "logarithms"; at the ports in `positive` they are above zero.
    `source` holds functions for the training. `slope`: the loss measures how what comes in at its first port changes
    with what comes in at its second; `call` finds this slope among the names, as "slope". `balances` is the parameter
    with the weights of classes that may be left to the training part; `call` finds them among the names, as "balanced".
    """

    family = "loss"
    stem = "loss"
    numbered = False
    inputs: ClassVar[tuple[Port, ...]] = (Port("prediction"), Port("target"))
    outputs = (Port("loss", "loss"),)
    predictions: ClassVar[tuple[str, ...]] = ("prediction",)
    takes: ClassVar[str] = ""
    positive: ClassVar[tuple[str, ...]] = ()
    slope: ClassVar[tuple[str, str] | None] = None
    balances: ClassVar[str] = ""

    @property
    def is_balanced(self) -> bool:
        """Whether weights of classes are to follow from the training part."""
        return bool(self.balances) and getattr(self, self.balances) == BALANCE

    def balance(self, target: str, inputs: Mapping[str, Any]) -> str:
        """Source of these weights, from that of the targets of the training part."""
        raise NotImplementedError  # those that balance say it

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        _check(self, self.in_order(inputs))
        return {"loss": Loss()}

    def check(self, *inputs: Any) -> None:
        """Raises Misfit where torch would refuse what comes in; every side that is asked for is known or None."""

    def module(self, *inputs: Any) -> None:
        return None

    def sums(self, name: str, names: Mapping[str, Any], inputs: Mapping[str, Any], rows: str) -> tuple[str, str]:
        """Source of numerator and denominator of the figure over many batches; `name` holds the batch's mean."""
        return f"{name}.detach() * {rows}", rows


class Metric(Kind):
    """Measures how good a prediction is; nothing is trained by it.

    Over many batches `sums` are added up, or kept row by row where it `keeps`; `final` makes of them a number,
    or a `table`. `counts`: the sums only count, so that no gradient hangs on them. `source` holds functions for both.
    """

    family = "metric"
    numbered = False
    inputs: ClassVar[tuple[Port, ...]] = (Port("prediction"), Port("target"))
    outputs = ()
    higher_is_better: ClassVar[bool] = True
    counts: ClassVar[bool] = False
    keeps: ClassVar[bool] = False
    table: ClassVar[bool] = False

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        _check(self, self.in_order(inputs))
        return {}

    def check(self, *inputs: Any) -> None:
        """Raises Misfit where what comes in cannot be measured."""

    def module(self, *inputs: Any) -> None:
        return None

    def sums(self, names: Mapping[str, Any], inputs: Mapping[str, Any], rows: str) -> tuple[str, str]:
        """Source of what is added up over batches (a tensor of any shape) and of how much it counts.

        `rows` is an expression for the rows of the batch.
        """
        raise NotImplementedError  # every concrete metric has its sums; a contract test runs each of them

    def final(self, inputs: Mapping[str, Any]) -> str:
        """The figure as source, from `s`, all that was added up, and `n`, all that was counted; if empty, s / n."""
        return ""


def _check(made: LossKind | Metric, tensors: list[Any]) -> None:
    """Asks a kind about what comes in, once the rank of everything is known."""
    if all(tensor is None or tensor.sides is not None for tensor in tensors):
        made.check(*tensors)


class Optimizer(Kind):
    """Moves the weights upstream of its losses so that they get smaller.

    `closure`: one step computes the loss several times, by a function it is given. `sides`: it moves only weights with
    so many sides.
    """

    family = "optimizer"
    numbered = False
    inputs = (Port("loss", "loss", gathers=True), Port("schedule", "schedule", optional=True))
    outputs = ()
    telling = ("lr",)
    closure: ClassVar[bool] = False
    sides: ClassVar[int | None] = None
    order: int = param(
        0, "Where several optimizers take turns: the smaller number goes first.", printed=False, last=True
    )
    every: int = param(1, "Take a turn only at every so many steps.", min=1, printed=False, last=True)
    trains: Any = param(
        (), "The nodes whose weights it moves; left out: all that its losses depend on and no other optimizer lists.",
        type="nodes", printed=False, last=True,
    )  # fmt: skip

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        schedule = inputs.get("schedule")
        if isinstance(schedule, Schedule) and schedule.momentum and not {"momentum", "betas"} & self.params.keys():
            text = "{source} lets the momentum go up and down as well, but {node} has none."
            advice = Advice("set_source", "Leave the momentum alone", params={"cycle_momentum": False})
            raise Misfit(port="schedule", text=text, code="schedule-momentum", advice=advice)
        return {}

    def remembers(self) -> int:
        """How many numbers it keeps for each weight that it moves."""
        return 0

    def create(self, parameters: str) -> str:
        """The expression that makes the optimizer over an expression of parameters."""
        given = self.arguments()
        return f"{self.torch}({parameters}{', ' + given if given else ''})"


class FusedOptimizer(Optimizer):
    """Runs all its arithmetic in one kernel, which is faster for the same numbers."""

    def args(self, *inputs: Any) -> dict[str, Any]:
        return {**super().args(), "fused": True}


class ScheduleKind(Kind):
    """Lets the learning rate change while the network learns."""

    family = "schedule"
    stem = "schedule"
    numbered = False
    outputs = (Port("schedule", "schedule"),)
    watches: ClassVar[bool] = False
    needs: ClassVar[tuple[str, ...]] = ()
    """Classes of torch that its source may speak of, besides its own."""
    unit: str = "epoch"

    def create(self, optimizer: str, total: str, parts: Sequence[str] = ()) -> str:
        """The expression that makes the schedule; `total` is one for how long it lasts, in its unit."""
        raise NotImplementedError  # courses and joined schedules say it

    def stretches(self, total: str, parts: int) -> list[str]:
        """For each of its parts an expression for how long it lasts."""
        return [total] * parts


class Course(ScheduleKind):
    """A schedule of its own, counted in epochs or in steps; `own_unit` is the only one it can count in, if any."""

    own_unit: ClassVar[str] = ""
    unit: str = param(
        "epoch", "Whether it counts epochs or single steps.", choices=("epoch", "step"), printed=False, last=True
    )

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        if self.own_unit and self.unit != self.own_unit:
            text = f"{self.title} counts {self.own_unit}s, but {{node}} is set to count {self.unit}s."
            advice = Advice("set", f"Count {self.own_unit}s", params={"unit": self.own_unit})
            raise Misfit(port="", text=text, code="schedule-unit", advice=advice)
        return {"schedule": Schedule(self.unit, bool(getattr(self, "cycle_momentum", False)), self.watches)}

    def create(self, optimizer: str, total: str, parts: Sequence[str] = ()) -> str:
        given = ", ".join(part for part in (self.arguments(), self.rest(optimizer, total)) if part)
        return f"{self.torch}({optimizer}{', ' + given if given else ''})"

    def rest(self, optimizer: str, total: str) -> str:
        """Further arguments: those that depend on the length of the run or on the optimizer."""
        return ""
