"""What transformers put in front of a sequence or onto its steps: a class token, and where each step stands."""

from typing import Any

from graph.misfit import Advice, Misfit
from graph.param import param
from graph.roles import Layer
from graph.sequences import fixed
from graph.shape import Side, Tensor
from graph.sides import length
from graph.weights import UNBIASED


class _Steps(Layer):
    """Wants sequences of rows."""

    family = "attention"
    positional = ("length", "features")
    told = UNBIASED

    def shape(self, x: Tensor) -> Tensor:
        if x.rank != 3:
            raise Misfit("wants sequences of rows (steps × numbers)", hint="tokens go through an Embedding first")
        fixed(x.known[2])
        return Tensor(x.sides)

    def module(self, *inputs: Any) -> str:
        return f"{self.name()}({self.arguments(*inputs)})"


class ClassToken(_Steps):
    """Puts one learned step in front of each sequence, which gathers what the whole sequence is about."""

    formula = "y = [token, x₁, …, x_T]"
    shapes = "(N, T, F) → (N, T + 1, F)"
    use = "Classifying with a transformer: behind it, a Select with index 0 takes the token out again."
    avoid = "Where a mean over the steps does as well and needs no extra step."
    origin = "Devlin et al., BERT, 2018; Dosovitskiy et al., An Image is Worth 16×16 Words, 2020"
    words = ("cls", "token", "vit", "bert", "prepend", "readout")
    source = '''\
class ClassToken(nn.Module):
    """Puts one learned step in front of each sequence."""

    def __init__(self, features):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1, 1, features))

    def forward(self, x):
        return torch.cat([self.weight.expand(x.shape[0], -1, -1), x], dim=1)
'''

    def shape(self, x: Tensor) -> Tensor:
        steps = super().shape(x).known[1]
        return x.but(steps + 1 if isinstance(steps, int) else None, x.known[2])

    def args(self, x: Tensor) -> dict[str, Any]:
        return {"features": x.known[2]}

    def weights(self, x: Tensor) -> dict[str, tuple[Side, ...]]:
        return {"weight": (1, 1, x.known[2])}


class _Positions(_Steps):
    """Adds a row of its own to each step."""

    shapes = "(N, T, F) → (N, T, F)"
    missing = "nobody says how long the sequences are at most. Give length"
    telling = ("length",)
    length: int | None = param(None, "How many steps it knows; left out, as many as come in.", type="int",
                               optional=True, min=1)  # fmt: skip

    def shape(self, x: Tensor) -> Tensor:
        known = super().shape(x)
        steps = length(x.known[1])
        if self.length is not None and steps is not None and steps > self.length:
            fix = Advice("set", f"Make it {steps} steps", params={"length": steps})
            raise Misfit(f"knows the places of {self.length} steps", advice=fix)
        return known

    def rows(self, x: Tensor) -> int | None:
        """How many steps it has rows for."""
        return length(x.known[1]) if self.length is None else self.length

    def args(self, x: Tensor) -> dict[str, Any]:
        return {"length": self.rows(x), "features": x.known[2]}


class PositionalEmbedding(_Positions):
    """Adds a learned row to each step, so that layers that see all steps at once know where each of them stands."""

    formula = "y[t] = x[t] + p[t]"
    use = "Transformers over a length that is known: ViT, BERT, GPT-2."
    avoid = "Sequences longer than any it is trained on: those places stay unlearned."
    origin = "Gehring et al., Convolutional Sequence to Sequence Learning, 2017; Devlin et al., BERT, 2018"
    words = ("position", "learned positions", "wpe", "order", "place", "transformer")
    source = '''\
class PositionalEmbedding(nn.Module):
    """Adds a learned row to each step."""

    def __init__(self, length, features):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(length, features) * 0.02)

    def forward(self, x):
        return x + self.weight[: x.shape[1]]
'''

    def weights(self, x: Tensor) -> dict[str, tuple[Side, ...]]:
        return {"weight": (self.rows(x), x.known[2])}


class PositionalEncoding(_Positions):
    """Adds sines and cosines of the place to each step, slow ones and fast ones, so that places can be told apart."""

    formula = "p[t, 2i] = sin(t / 10000^(2i/F)),  p[t, 2i+1] = cos(t / 10000^(2i/F))"
    use = "Transformers where positions should cost no weights, or go on behind the lengths seen in training."
    avoid = "Where much data is at hand and lengths are fixed: learned positions do as well and are simpler."
    origin = "Vaswani et al., Attention Is All You Need, 2017"
    words = ("position", "sinusoidal", "sine", "cosine", "order", "place", "transformer", "fourier")
    source = '''\
class PositionalEncoding(nn.Module):
    """Adds sines and cosines of the place to each step."""

    def __init__(self, length, features):
        super().__init__()
        rate = 10000.0 ** (-torch.arange(0, features, 2) / features)
        angle = torch.arange(length)[:, None] * rate
        table = torch.stack([angle.sin(), angle.cos()], dim=2).flatten(1)
        self.register_buffer("table", table[:, :features].clone(), persistent=False)

    def forward(self, x):
        return x + self.table[: x.shape[1]]
'''

    def buffers(self, x: Tensor) -> dict[str, tuple[Side, ...]]:
        return {"table": (self.rows(x), x.known[2])}


class CausalMask(Layer):
    """Says for each pair of steps whether the first may look at the second: at itself and at what came before."""

    family = "attention"
    formula = "y[i, j] = 1 if j ≤ i, else 0"
    shapes = "(N, T, *) → (1, T, T) truth values, one row that serves every row"
    use = "Attention from its parts that must not look ahead: a Where keeps the scores that the mask lets through."
    avoid = "Attention in one node: its is_causal does the same, and faster."
    origin = "Vaswani et al., Attention Is All You Need, 2017"
    words = ("causal", "triangle", "autoregressive", "look ahead", "decoder", "gpt", "tril", "mask")
    source = '''\
class CausalMask(nn.Module):
    """True where a step may look: at itself and at earlier ones."""

    def forward(self, x):
        steps = torch.arange(x.shape[1], device=x.device)
        return steps[None, :, None] >= steps
'''

    def shape(self, x: Tensor) -> Tensor:
        if x.rank < 2:
            raise Misfit("wants sequences")
        return Tensor((1, x.known[1], x.known[1]), "bool")

    def module(self, *inputs: Any) -> str:
        return "CausalMask()"
