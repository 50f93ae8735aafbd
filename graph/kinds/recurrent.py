"""Layers that go through a sequence step by step and remember."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from graph.misfit import Advice, Misfit
from graph.param import param
from graph.recurrence import STATEFUL, both_or_neither, cell_weights, goes_on, matrix_size, starts_like
from graph.roles import Layer
from graph.sequences import same_batch, sequence, steps
from graph.shape import Side, Tensor, product
from graph.spec import Port, atom

_X = Port("x", help="Sequences: a row of numbers for each step.")
_H0 = Port("h0", optional=True, help="What it remembers before the first step; left open, zeros.")
_Y = Port("y", help="Its answer at every step.")
_H = Port("h", help="What it remembers after the last step; several layers or directions come one under the other.")
_SHAPES = (
    "(N, T, F) → y (N, T, D·hidden_size) and h (N, hidden_size), or (N, num_layers·D, hidden_size) where there are "
    "several;  D = 2 if bidirectional, else 1"
)


class _Recurrent(Layer):
    """Weights and shapes of layers over whole sequences; torch keeps states with the layers first, wires the rows."""

    family = "recurrent"
    inputs: ClassVar[tuple[Port, ...]] = (_X, _H0)
    outputs: ClassVar[tuple[Port, ...]] = (_Y, _H)
    shapes = _SHAPES
    positional = ("input_size", "hidden_size")
    telling = ("hidden_size",)
    states: ClassVar[tuple[str, ...]] = ("h0",)
    gates: ClassVar[int] = 1
    leaves: ClassVar[int] = 1
    """Numbers that torch keeps at each step for the way back, for each that it remembers (measured)."""
    hidden_size: int = param(64, "How many numbers it remembers.", min=1, always=True)
    num_layers: int = param(1, "How many of them stand on each other.", min=1, max=1000)
    bias: bool = param(True, "Whether learned numbers are added to each sum.")
    dropout: float = param(0.0, "Part of the numbers dropped between one layer and the next.", min=0.0, max=1.0)
    bidirectional: bool = param(False, "Whether a second one goes through the sequence backwards.")
    stateful: Any = STATEFUL

    @property
    def directions(self) -> int:
        return 2 if self.bidirectional else 1

    @property
    def answers(self) -> int:
        """How many numbers it answers with in one direction."""
        return self.hidden_size

    def remembered(self, x: Tensor, size: int) -> Tensor:
        """The shape of a state of so many numbers."""
        stacked = self.num_layers * self.directions
        return x.but(size) if stacked == 1 else x.but(stacked, size)

    def shape(self, x: Tensor, *given: Tensor | None) -> tuple[Tensor, ...]:
        sequence(x)
        sizes = (self.answers, self.hidden_size)[: len(self.states)]
        states = tuple(self.remembered(x, size) for size in sizes)
        starts = dict(zip(self.states, (*given, None, None), strict=False))
        if self.stateful:
            goes_on(starts, backwards=self.bidirectional)
        same_batch({"x": x, **starts})
        for (port, value), wanted in zip(starts.items(), states, strict=True):
            starts_like(wanted, value, port)
        return (x.but(x.known[1], self.answers * self.directions), *states)

    def doubt(self, *inputs: Any) -> Misfit | None:
        if not self.dropout or self.num_layers > 1:
            return None
        text = "{node} drops numbers between its layers, but it has only one: its dropout does nothing."
        return Misfit(text=text, code="dropout-alone", advice=Advice("set", "Use no dropout", params={"dropout": 0.0}))

    def hands_on(self) -> dict[str, int]:
        return {port[0]: 1 for port in self.states} if self.stateful else {}

    def args(self, x: Tensor, *states: Any) -> dict[str, Any]:
        given = super().args(x)
        if self.num_layers == 1:
            given.pop("dropout", None)
        return {"input_size": x.known[-1], **given, "batch_first": True}

    def weights(self, x: Tensor, *states: Any) -> dict[str, tuple[Side, ...]]:
        found: dict[str, tuple[Side, ...]] = {}
        for layer in range(self.num_layers):
            size = x.known[-1] if layer == 0 else self.answers * self.directions
            for suffix in ("", "_reverse")[: self.directions]:
                found |= cell_weights(
                    self.gates * self.hidden_size, size, self.answers, self.bias, f"_l{layer}{suffix}"
                )
        return found

    def macs(self, x: Tensor, *values: Any) -> int | None:
        return product((steps(x.known[1]), matrix_size(self.weights(x))))

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        if "state" in names:
            return f"{module}({names['x']}, {names['state']})"
        states = [self._layers_first(names[port]) for port in self.states if port in names]
        state = f"({', '.join(states)})" if len(states) > 1 else "".join(states)
        return f"{module}({', '.join([names['x'], *([state] if state else [])])})"

    def _layers_first(self, name: str) -> str:
        """A state as torch wants it; what `pick` made of another layer's is undone."""
        if re.fullmatch(r"\w+(\[0\]|\.transpose\(0, 1\))", name):
            return re.split(r"[\[.]", name)[0]
        turned = "transpose(0, 1)" if self.num_layers * self.directions > 1 else "unsqueeze(0)"
        return f"{atom(name)}.{turned}.contiguous()"

    def assign(self, names: Mapping[str, str]) -> str:
        return names.get("y", "_") if self.stateful else super().assign(names)

    def pick(self, port: str, name: str) -> str:
        if port == "y":
            return name
        return f"{name}.transpose(0, 1)" if self.num_layers * self.directions > 1 else f"{name}[0]"

    def inside(self, *values: Any) -> int | None:
        """At each step the gates, and what is remembered."""
        size = product((steps(values[0].known[1]), self.hidden_size, self.num_layers, self.directions))
        return None if size is None else self.leaves * size


class RNN(_Recurrent):
    """Goes through a sequence step by step and mixes each step with what it remembers of the ones before.

    The oldest network with a memory, and a short one.
    """

    title = "RNN"
    torch = "nn.RNN"
    formula = "hₜ = tanh(W·xₜ + b + U·hₜ₋₁ + c)"
    use = "For short sequences, and to see how a recurrent network works."
    avoid = "Where something many steps back matters: its memory fades within tens of steps. Take an LSTM or a GRU."
    origin = "J. L. Elman: Finding Structure in Time, 1990"
    words = ("recurrent", "elman", "vanilla rnn", "sequence", "time series", "text", "memory")
    nonlinearity: str = param("tanh", "How the sum is bent.", choices=("tanh", "relu"))


class GRU(_Recurrent):
    """Goes through a sequence step by step with a memory; two gates say how much of it is forgotten and renewed.

    A lighter relative of the LSTM.
    """

    title = "GRU"
    torch = "nn.GRU"
    common = True
    gates = 3
    leaves = 7
    formula = "r,z = σ(W·x + U·h + b), n = tanh(W·x + b + r⊙(U·h + c)), h = (1 − z)⊙n + z⊙h"
    use = "For sequences of some hundred steps; often as good as an LSTM with a quarter fewer weights."
    avoid = "For very long sequences or much data, where attention learns more and trains in parallel."
    origin = "K. Cho and others: Learning Phrase Representations using RNN Encoder–Decoder, 2014"
    words = ("gated recurrent unit", "rnn", "sequence", "time series", "text", "memory", "gates")


class LSTM(_Recurrent):
    """Goes through a sequence step by step with a memory that learned gates write, keep and erase."""

    title = "LSTM"
    torch = "nn.LSTM"
    common = True
    gates = 4
    leaves = 16
    states = ("h0", "c0")
    inputs = (_X, _H0, Port("c0", optional=True, help="Its cells before the first step; goes together with h0."))
    outputs = (_Y, _H, Port("c", help="Its cells after the last step."))
    formula = "i,f,o = σ(W·[x,h]+b), c = f⊙c + i⊙tanh(W·[x,h]+b), h = o⊙tanh(c)"
    shapes = f"{_SHAPES}; c as h. With proj_size, y and h have proj_size numbers in place of hidden_size"
    use = "For sequences in which something many steps back matters: time series, text, sound."
    avoid = "Where steps can be looked at all at once and there is much data: attention then learns faster."
    origin = "S. Hochreiter, J. Schmidhuber: Long Short-Term Memory, 1997"
    words = ("long short-term memory", "rnn", "recurrent", "sequence", "time series", "text", "memory", "gates")
    proj_size: int = param(0, "Shortens what it answers to so many numbers; 0 leaves it.", min=0)

    @property
    def answers(self) -> int:
        return self.proj_size or self.hidden_size

    def shape(self, x: Tensor, *given: Tensor | None) -> tuple[Tensor, ...]:
        if self.proj_size >= self.hidden_size:
            text = f"{{node}} cannot shorten {self.hidden_size} numbers to {self.proj_size}: fewer must be left."
            raise Misfit(text=text, advice=Advice("set", "Leave them as they are", params={"proj_size": 0}))
        both_or_neither(given, ("h0", "c0"))
        return super().shape(x, *given)

    def weights(self, x: Tensor, *states: Any) -> dict[str, tuple[Side, ...]]:
        found = super().weights(x)
        matrices = [name for name in found if name.startswith("weight_hh")] if self.proj_size else []
        return found | {name.replace("hh", "hr"): (self.proj_size, self.hidden_size) for name in matrices}

    def assign(self, names: Mapping[str, str]) -> str:
        y, h, c = (names.get(port, "_") for port in ("y", "h", "c"))
        if self.stateful:
            return y
        return f"{y}, _" if h == c == "_" else f"{y}, ({h}, {c})"
