"""Recurrent cells: one step of a recurrent layer, for loops that are drawn by hand."""

from collections.abc import Mapping
from typing import Any, ClassVar

from graph.misfit import Advice, Misfit, floats
from graph.param import param
from graph.recurrence import both_or_neither, cell_weights, matrix_size, starts_like
from graph.roles import Layer
from graph.sequences import fixed, same_batch
from graph.shape import Side, Tensor
from graph.spec import Port


class _Cell(Layer):
    """One step of a recurrent layer: what it remembered goes in, what it remembers now comes out."""

    family = "recurrent"
    inputs: ClassVar[tuple[Port, ...]] = (
        Port("x", help="The numbers of one step."),
        Port("h", optional=True, help="What it remembers of the steps before; left open, zeros."),
    )
    shapes = "(N, F), h (N, hidden_size) → (N, hidden_size)"
    use = "In a loop drawn by hand, where something else happens between one step and the next."
    positional = ("input_size", "hidden_size")
    telling = ("hidden_size",)
    gates: ClassVar[int] = 1
    whole: ClassVar[str] = ""
    hidden_size: int = param(64, "How many numbers it remembers.", min=1, always=True)
    bias: bool = param(True, "Whether learned numbers are added to each sum.")

    def shape(self, x: Tensor, *given: Tensor | None) -> Tensor | tuple[Tensor, ...]:
        floats(x)
        if x.rank == 3:
            raise Misfit("wants the numbers of one step", hint=f"whole sequences have a layer {self.whole}",
                         advice=Advice("become", f"Make it a layer {self.whole}", self.whole))  # fmt: skip
        if x.rank != 2:
            raise Misfit("wants the numbers of one step")
        fixed(x.known[1])
        states = dict(zip(("h", "c"), given, strict=False))
        same_batch({"x": x, **states})
        answer = x.but(self.hidden_size)
        for port, value in states.items():
            starts_like(answer, value, port)
        return (answer,) * len(self.outputs)

    def args(self, x: Tensor, *states: Any) -> dict[str, Any]:
        return {"input_size": x.known[-1], **super().args(x)}

    def weights(self, x: Tensor, *states: Any) -> dict[str, tuple[Side, ...]]:
        return cell_weights(self.gates * self.hidden_size, x.known[-1], self.hidden_size, self.bias)

    def macs(self, x: Tensor, *values: Any) -> int | None:
        return matrix_size(self.weights(x))


class RNNCell(_Cell):
    """Mixes the numbers of one step with what it remembers of the steps before: one step of an RNN."""

    title = "RNN cell"
    torch = "nn.RNNCell"
    whole = "RNN"
    formula = "h′ = tanh(W·x + b + U·h + c)"
    avoid = "For whole sequences with nothing between the steps: an RNN layer goes through them at once, much faster."
    origin = "J. L. Elman: Finding Structure in Time, 1990"
    words = ("recurrent", "elman", "step", "memory", "loop")
    nonlinearity: str = param("tanh", "How the sum is bent.", choices=("tanh", "relu"))


class GRUCell(_Cell):
    """Renews what it remembers by the numbers of one step, as far as two learned gates let it: one step of a GRU."""

    title = "GRU cell"
    torch = "nn.GRUCell"
    gates = 3
    whole = "GRU"
    formula = "r,z = σ(W·x + U·h + b), n = tanh(W·x + b + r⊙(U·h + c)), h′ = (1 − z)⊙n + z⊙h"
    avoid = "For whole sequences with nothing between the steps: a GRU layer goes through them at once, much faster."
    origin = "K. Cho and others: Learning Phrase Representations using RNN Encoder–Decoder, 2014"
    words = ("gated recurrent unit", "recurrent", "step", "memory", "gates", "loop")


class LSTMCell(_Cell):
    """Writes, keeps and erases memory by learned gates for the numbers of one step: one step of an LSTM."""

    title = "LSTM cell"
    torch = "nn.LSTMCell"
    gates = 4
    whole = "LSTM"
    inputs = (*_Cell.inputs, Port("c", optional=True, help="Its cells after the step before; goes together with h."))
    outputs = (Port("y", help="What it answers with and remembers: h."), Port("c", help="Its cells after this step."))
    formula = "i,f,o = σ(W·[x,h]+b), c′ = f⊙c + i⊙tanh(W·[x,h]+b), h′ = o⊙tanh(c′)"
    shapes = "(N, F), h and c (N, hidden_size) → y and c (N, hidden_size)"
    avoid = "For whole sequences with nothing between the steps: an LSTM layer goes through them at once, much faster."
    origin = "S. Hochreiter, J. Schmidhuber: Long Short-Term Memory, 1997"
    words = ("long short-term memory", "recurrent", "step", "memory", "gates", "loop")

    def shape(self, x: Tensor, *given: Tensor | None) -> Tensor | tuple[Tensor, ...]:
        both_or_neither(given, ("h", "c"))
        return super().shape(x, *given)

    def call(self, module: str, names: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
        states = f", ({names['h']}, {names['c']})" if "h" in names else ""
        return f"{module}({names['x']}{states})"
