"""2,000 freely wired neurons in 10 levels against a dense network of as many, and against neuron by neuron."""

import random
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import Any

from benchmarks.rows import Row, interleaved, milliseconds

INPUTS, LEVELS, PER_LEVEL, FAN_IN, ROWS = 64, 10, 200, 16, 32
ROUNDS, TURNS, SLOW_ROUNDS = 31, 5, 5
NEAR = 1e-12


def run() -> Iterator[Row]:
    """Forward and backward, with one thread and with two; before that, that the numbers are the same."""
    import torch

    wiring = wired(random.Random(0))
    compiled, weights = compiled_from(wiring)
    by_hand = OneByOne(wiring, weights)
    yield Row("neurons: furthest from neuron by neuron (float64)", difference(compiled, by_hand), "", None, NEAR)
    compiled.float()
    by_hand.make_float()
    x, dense = torch.randn(ROWS, INPUTS), dense_network()
    before = torch.get_num_threads()
    for threads in (1, 2):
        torch.set_num_threads(threads)
        taken = interleaved({"neurons": partial(turns, compiled, x), "dense": partial(turns, dense, x)}, ROUNDS)
        name = f"neurons: 2,000 against a dense network, {threads} thread{'s' if threads > 1 else ''}"
        yield Row(name, taken["neurons"], "ms", taken["dense"], 3.5)
        slow = interleaved({"one by one": partial(milliseconds, partial(pass_through, by_hand, x))}, SLOW_ROUNDS)
        name = f"neurons: 2,000 against neuron by neuron, {threads} thread{'s' if threads > 1 else ''}"
        yield Row(name, taken["neurons"], "ms", slow["one by one"], 1 / 8)
    torch.set_num_threads(before)


def wired(chance: random.Random) -> dict[str, list[str]]:
    """For each neuron its sources, anywhere before it; one of them in the level just before, so that there are ten."""
    places = [f"x[{at}]" for at in range(INPUTS)]
    wiring: dict[str, list[str]] = {}
    last: list[str] = []
    for level in range(LEVELS):
        names = [f"n{level}_{at}" for at in range(PER_LEVEL)]
        for name in names:
            first = [chance.choice(last)] if last else []
            others = chance.sample(places, FAN_IN)
            wiring[name] = list(dict.fromkeys([*first, *others]))[:FAN_IN]
        places += names
        last = names
    return wiring


def compiled_from(wiring: dict[str, list[str]]) -> tuple[Any, Any]:
    """The module as the program writes it, in float64, and the weights and biases it drew, in the table's order."""
    import torch
    from torch import nn
    from torch.nn import functional as F

    from runtime.program.neuron_source import SOURCE

    torch.manual_seed(0)
    space: dict[str, Any] = {"torch": torch, "nn": nn, "F": F}
    exec(SOURCE, space)
    table = {name: (torch.tanh, dict.fromkeys(sources), None) for name, sources in wiring.items()}
    made = space["Neurons"]({"x": INPUTS}, table).double()
    return made, (made.weight.detach().clone(), made.bias.detach().clone())


class OneByOne:
    """The same neurons, each computed by itself."""

    def __init__(self, wiring: dict[str, list[str]], weights: Any) -> None:
        self.wiring = wiring
        flat, bias = weights
        self.weight = list(flat.split([len(sources) for sources in wiring.values()]))
        self.bias = list(bias.unbind())
        self._learn()

    def make_float(self) -> None:
        self.weight = [part.detach().float() for part in self.weight]
        self.bias = [part.detach().float() for part in self.bias]
        self._learn()

    def _learn(self) -> None:
        self.weight = [part.detach().clone().requires_grad_() for part in self.weight]
        self.bias = [part.detach().clone().requires_grad_() for part in self.bias]

    def parameters(self) -> list[Any]:
        return [*self.weight, *self.bias]

    def __call__(self, x: Any) -> Any:
        import torch

        value = {f"x[{at}]": column for at, column in enumerate(x.unbind(1))}
        for (name, sources), weight, bias in zip(self.wiring.items(), self.weight, self.bias, strict=True):
            value[name] = torch.tanh(torch.stack([value[source] for source in sources], 1) @ weight + bias)
        return torch.stack([value[name] for name in self.wiring], 1)


def dense_network() -> Any:
    """Ten fully wired rows of as many neurons."""
    from torch import nn

    widths = [INPUTS, *[PER_LEVEL] * LEVELS]
    layers = [layer for a, b in pairwise(widths) for layer in (nn.Linear(a, b), nn.Tanh())]
    return nn.Sequential(*layers)


def pass_through(net: Any, x: Any) -> Any:
    """Forward and backward."""
    for parameter in net.parameters():
        parameter.grad = None
    answer = net(x)
    answer.sum().backward()
    return answer


def turns(net: Any, x: Any) -> float:
    """Milliseconds of one pass, of a few."""
    return milliseconds(lambda: [pass_through(net, x) for _ in range(TURNS)]) / TURNS


def difference(compiled: Any, by_hand: OneByOne) -> float:
    """How far the answers and all slopes are apart."""
    import torch

    x = torch.randn(ROWS, INPUTS, dtype=torch.float64)
    one, other = pass_through(compiled, x).detach(), pass_through(by_hand, x).detach()
    slopes = torch.cat([part.grad for part in by_hand.weight]), torch.stack([part.grad for part in by_hand.bias])
    pairs = ((one, other), (compiled.weight.grad, slopes[0]), (compiled.bias.grad, slopes[1]))
    return max(float((a - b).abs().max() / b.abs().max()) for a, b in pairs)
