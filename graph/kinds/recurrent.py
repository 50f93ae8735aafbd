"""Layers that go through a sequence step by step and remember."""

from collections.abc import Mapping
from typing import Any

from graph.misfit import Misfit, floats
from graph.param import param
from graph.roles import Layer
from graph.shape import Axis, Side, Tensor, product


class LSTM(Layer):
    """Goes through a sequence step by step with a memory that learned gates write, keep and erase."""

    family = "recurrent"
    title = "LSTM"
    torch = "nn.LSTM"
    formula = "i,f,o = σ(W·[x,h]+b), c = f⊙c + i⊙tanh(W·[x,h]+b), h = o⊙tanh(c)"
    words = ("long short-term memory", "rnn", "sequence", "time series", "text", "memory", "gates")
    positional = ("input_size", "hidden_size")
    telling = ("hidden_size",)
    hidden_size: int = param(64, "How many numbers it remembers and answers with.", min=1, always=True)
    num_layers: int = param(1, "How many of them stand on each other.", min=1, max=1000)
    bias: bool = param(True, "Whether learned numbers are added to each sum.")
    dropout: float = param(0.0, "Part of the numbers dropped between one layer and the next.", min=0.0, max=1.0)
    bidirectional: bool = param(False, "Whether a second one goes through the sequence backwards.")

    def shape(self, x: Tensor) -> Tensor:
        floats(x)
        if x.rank != 3:
            raise Misfit("wants sequences (steps × numbers per step)")
        return x.but(x.known[1], self.hidden_size * self.directions)

    @property
    def directions(self) -> int:
        return 2 if self.bidirectional else 1

    def args(self, x: Tensor) -> dict[str, Any]:
        return {"input_size": x.known[-1], **super().args(x), "batch_first": True}

    def assign(self, names: Mapping[str, str]) -> str:
        return f"{names['y']}, _"

    def weights(self, x: Tensor) -> dict[str, tuple[Side, ...]]:
        found: dict[str, tuple[Side, ...]] = {}
        for layer in range(self.num_layers):
            size = x.known[-1] if layer == 0 else self.hidden_size * self.directions
            for suffix in ("", "_reverse")[: self.directions]:
                found |= self._cell(size, f"l{layer}{suffix}")
        return found

    def _cell(self, size: Side, suffix: str) -> dict[str, tuple[Side, ...]]:
        gates = 4 * self.hidden_size
        matrices: dict[str, tuple[Side, ...]] = {
            f"weight_ih_{suffix}": (gates, size), f"weight_hh_{suffix}": (gates, self.hidden_size)
        }  # fmt: skip
        if not self.bias:
            return matrices
        return {**matrices, f"bias_ih_{suffix}": (gates,), f"bias_hh_{suffix}": (gates,)}

    def macs(self, x: Tensor, y: Tensor) -> int | None:
        time = x.known[1]
        steps = time.length if isinstance(time, Axis) else time
        sizes = [product(shape) for name, shape in self.weights(x).items() if name.startswith("weight")]
        if steps is None or None in sizes:
            return None
        return steps * sum(size for size in sizes if size is not None)
