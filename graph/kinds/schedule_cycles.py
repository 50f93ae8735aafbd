"""Schedules that go up and down with every step, and schedules made of others."""

from collections.abc import Mapping, Sequence
from typing import Any

from graph.misfit import Advice, Misfit
from graph.param import param
from graph.roles import Course, ScheduleKind
from graph.shape import Schedule, Value
from graph.spec import Place, Port


class OneCycleLR(Course):
    """Raises the learning rate to a peak and lets it fall far below its start, once in a run; momentum mirrors it."""

    torch = "OneCycleLR"
    title = "OneCycleLR"
    words = ("super convergence", "one cycle", "warmup", "learning rate schedule")
    formula = "lr: max/div → max in the first part of the steps, then → max/(div · final_div), along a cosine"
    use = "To train in few epochs with a high learning rate: warm-up and decay in one."
    avoid = "When the run is to be taken up and made longer later: the cycle is fitted to its length."
    origin = "L. N. Smith, N. Topin: Super-Convergence, 2018"
    own_unit = "step"
    telling = ("max_lr",)
    max_lr: float | None = param(
        None, "The learning rate at the peak; left out: that of the optimizer.", type="float", above=0.0, optional=True,
        printed=False,
    )  # fmt: skip
    pct_start: float = param(0.3, "The part of the steps in which it rises.", min=0.0, max=1.0)
    anneal_strategy: str = param("cos", "Along a cosine or in straight lines.", choices=("cos", "linear"))
    cycle_momentum: bool = param(True, "Let the momentum go down while the learning rate goes up.")
    base_momentum: float = param(0.85, "The momentum at the peak.", min=0.0, below=1.0)
    max_momentum: float = param(0.95, "The momentum at both ends.", min=0.0, below=1.0)
    div_factor: float = param(25.0, "How many times smaller than the peak the start is.", above=0.0)
    final_div_factor: float = param(10000.0, "How many times smaller than the start the end is.", above=0.0)
    three_phase: bool = param(False, "Fall back to the start first, and only then to the end.")
    unit: str = param("step", "It counts steps.", choices=("epoch", "step"), printed=False, last=True)

    def rest(self, optimizer: str, total: str) -> str:
        peak = repr(self.max_lr) if self.max_lr is not None else f'{optimizer}.defaults["lr"]'
        return f"max_lr={peak}, total_steps={total}"


class CyclicLR(Course):
    """Lets the learning rate swing between two values, up and down in straight lines, again and again."""

    torch = "CyclicLR"
    title = "CyclicLR"
    words = ("triangular", "cycle", "swing", "learning rate schedule")
    formula = "lr = base + (max − base) · (1 − |t / size − 2·cycle + 1|) · scale"
    use = "To search a range of learning rates, or to jump out of flat places now and then."
    avoid = "When the run should end at its best: end it where a swing ends, or take OneCycleLR."
    origin = "L. N. Smith: Cyclical Learning Rates for Training Neural Networks, 2017"
    own_unit = "step"
    telling = ("max_lr",)
    positional = ("base_lr", "max_lr")
    base_lr: float = param(
        0.0001, "The lowest learning rate; it takes the place of the optimizer's.", min=0.0, always=True
    )
    max_lr: float = param(0.01, "The highest learning rate.", above=0.0, always=True)
    step_size_up: int = param(2000, "Steps on the way up.", min=1)
    step_size_down: int | None = param(
        None, "Steps on the way down; left out: as many as up.", type="int", min=1, optional=True
    )
    mode: str = param("triangular", "All swings alike, each half as high, or ever lower by gamma.",
                      choices=("triangular", "triangular2", "exp_range"))  # fmt: skip
    gamma: float = param(1.0, "The factor of each step in the mode exp_range.", above=0.0, max=1.0)
    cycle_momentum: bool = param(True, "Let the momentum go down while the learning rate goes up.")
    base_momentum: float = param(0.8, "The momentum at the highest learning rate.", min=0.0, below=1.0)
    max_momentum: float = param(0.9, "The momentum at the lowest learning rate.", min=0.0, below=1.0)
    unit: str = param("step", "It counts steps.", choices=("epoch", "step"), printed=False, last=True)


class _Joined(ScheduleKind):
    """A schedule made of others, which all count the same."""

    inputs = (Port("a", "schedule", lettered=True, help="Its parts, in the order of their letters."),)
    telling = ()

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        parts: list[Schedule] = list(inputs.values())
        for port, part in inputs.items():
            if part.watches:
                text = "{source} watches a figure, so it cannot be a part of {node}: wire it into the optimizer itself."
                raise Misfit(port=port, text=text, code="schedule-part")
            if part.unit != parts[0].unit:
                text = f"{{source}} counts {part.unit}s, but the first part of {{node}} counts {parts[0].unit}s."
                advice = Advice("set_source", f"Count {parts[0].unit}s", params={"unit": parts[0].unit})
                raise Misfit(port=port, text=text, code="schedule-unit", advice=advice)
        return {"schedule": Schedule(parts[0].unit, any(part.momentum for part in parts))}


class ChainedScheduler(_Joined):
    """Lets several schedules work at once: their factors on the learning rate multiply."""

    torch = "ChainedScheduler"
    title = "Chained schedules"
    words = ("multiply", "together", "combine", "learning rate schedule")
    formula = "lr[e] = lr · f_a(e) · f_b(e) · …"
    use = "For a warm-up on top of a decay that counts from the first epoch."
    avoid = "For one schedule after the other: that is SequentialLR."
    origin = "Textbook"

    def create(self, optimizer: str, total: str, parts: Sequence[str] = ()) -> str:
        return f"{self.torch}([{', '.join(parts)}], optimizer={optimizer})"


class SequentialLR(_Joined):
    """Lets one schedule follow the other, at milestones that you name: first a warm-up, then a decay."""

    torch = "SequentialLR"
    title = "SequentialLR"
    words = ("warmup", "then", "milestones", "combine", "learning rate schedule")
    formula = "lr[e] = a(e) before the first milestone m₁, b(e − m₁) from there on, …"
    use = "For a warm-up before cosine annealing, which is how most large networks are trained."
    avoid = "For schedules that should work at the same time: that is ChainedScheduler."
    origin = "Textbook"
    milestones: tuple[int, ...] = param(
        (5,), "The epochs (or steps) at which the next part begins: one less than there are parts.", min=1, always=True
    )

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        parts, found = len(inputs), super().read(inputs, place)
        if len(self.milestones) != parts - 1:
            text = f"{{node}} has {parts} part{'s'[: parts > 1]}, which needs {parts - 1} milestones, not "
            raise Misfit(port="", text=f"{text}{len(self.milestones)}.", code="parameters")
        if list(self.milestones) != sorted(set(self.milestones)):
            raise Misfit(port="", text="The milestones of {node} must grow from one to the next.", code="parameters")
        return found

    def create(self, optimizer: str, total: str, parts: Sequence[str] = ()) -> str:
        return f"{self.torch}({optimizer}, [{', '.join(parts)}], milestones={list(self.milestones)})"

    def stretches(self, total: str, parts: int) -> list[str]:
        starts = [0, *self.milestones]
        lengths = [str(after - before) for before, after in zip(starts, self.milestones, strict=False)]
        return [*lengths, f"max(1, {total} - {self.milestones[-1]})"]


class Warmup(ScheduleKind):
    """Leads the learning rate from nearly nothing up to its full size, then lets another schedule go on from there."""

    needs = ("LinearLR", "SequentialLR")
    title = "Warm-up"
    words = ("warmup", "warm up", "linear", "ramp", "transformer", "learning rate schedule")
    formula = "lr[e] = lr · (start + (1 − start) · e / length) while e < length, then what follows, at e − length"
    use = "Before any schedule, or alone: for transformers, Adam and large batches, whose first steps are the wildest."
    avoid = "Before OneCycleLR, which begins with a rise of its own; in small networks it only costs time."
    origin = "P. Goyal et al.: Accurate, Large Minibatch SGD, 2017"
    inputs = (
        Port("then", "schedule", optional=True, help="What follows; left out, the learning rate stays as it is."),
    )
    telling = ("length",)
    length: int = param(100, "How long it rises, in steps or epochs.", min=1, printed=False)
    start: float = param(0.01, "The part of the learning rate at the beginning.", above=0.0, max=1.0, printed=False)
    unit: str = param(
        "step", "Whether it counts epochs or single steps.", choices=("epoch", "step"), printed=False, last=True
    )

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        then = inputs.get("then")
        if not isinstance(then, Schedule):
            return {"schedule": Schedule(self.unit)}
        if then.watches:
            text = "{source} watches a figure, so it cannot follow {node}: wire it into the optimizer itself."
            raise Misfit(port="then", text=text, code="schedule-part")
        if then.unit != self.unit:
            text = f"{{source}} counts {then.unit}s, but {{node}}, which it follows, counts {self.unit}s."
            advice = Advice("set_source", f"Count {self.unit}s", params={"unit": self.unit})
            raise Misfit(port="then", text=text, code="schedule-unit", advice=advice)
        return {"schedule": Schedule(self.unit, then.momentum)}

    def create(self, optimizer: str, total: str, parts: Sequence[str] = ()) -> str:
        rise = f"LinearLR({optimizer}, start_factor={self.start!r}, total_iters={self.length})"
        return f"SequentialLR({optimizer}, [{rise}, {parts[0]}], milestones=[{self.length}])" if parts else rise

    def stretches(self, total: str, parts: int) -> list[str]:
        return [f"max(1, {total} - {self.length})"] * parts
