"""Formulas against torch: two hundred random ones, value and gradient, computed a second time by the test itself."""

import random

import pytest
import torch
from torch.nn import functional as F

from graph.formula import parse
from graph.kinds.expression import Expression
from graph.misfit import Misfit
from graph.shape import Axis, Tensor
from tests.runtime.drawings import built, drawn, program_of

UNARY = {
    "sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": F.relu, "gelu": F.gelu, "silu": F.silu,
    "softplus": F.softplus,
    "elu": F.elu, "softsign": F.softsign, "exp": torch.exp, "expm1": torch.expm1, "abs": torch.abs, "sin": torch.sin,
    "cos": torch.cos, "atan": torch.atan, "erf": torch.erf, "sinh": torch.sinh, "cosh": torch.cosh,
    "mean": lambda x: x.mean(-1, keepdim=True), "sum": lambda x: x.sum(-1, keepdim=True),
    "log": lambda x: torch.log(x), "sqrt": lambda x: torch.sqrt(x), "sign": torch.sign, "floor": torch.floor,
    "log1p": torch.log1p, "tan": torch.tan, "ceil": torch.ceil, "round": torch.round,
}  # fmt: skip
STARTS = {"beta": "beta = 0.75", "w": "w[4] = -0.5"}
POSITIVE = ("log", "sqrt", "log1p")


class Made:
    """A random formula as text, with what it should come to, computed on the way by torch alone."""

    def __init__(self, chance, values):
        self.chance, self.values = chance, values

    def grow(self, depth):
        if depth == 0 or self.chance.random() < 0.1:
            return self.leaf()
        return self.chance.choice([self.sum, self.product, self.call, self.call, self.choice, self.power])(depth - 1)

    def leaf(self):
        if self.chance.random() < 0.25:
            number = round(self.chance.uniform(0.1, 3), 2)
            return str(number), torch.tensor(number, dtype=torch.float64)
        name = self.chance.choice(list(self.values))
        return name, self.values[name]

    def sum(self, depth):
        (left, a), (right, b) = self.grow(depth), self.grow(depth)
        return (f"{left} + ({right})", a + b) if self.chance.random() < 0.5 else (f"({left}) - ({right})", a - b)

    def product(self, depth):
        (left, a), (right, b) = self.grow(depth), self.grow(depth)
        if self.chance.random() < 0.6:
            return f"({left}) * ({right})", a * b
        return f"({left}) / (2 + abs({right}))", a / (2 + b.abs())

    def power(self, depth):
        text, value = self.grow(depth)
        square, root = (f"-({text})**2", -(value**2)), (f"(1 + abs({text})) ** -1.5", (1 + value.abs()) ** -1.5)
        return self.chance.choice([square, root])

    def call(self, depth):
        name = self.chance.choice(list(UNARY))
        text, value = self.grow(depth)
        if value.ndim == 0 and name in ("mean", "sum"):
            name = "tanh"
        text, value = f"tanh({text})", torch.tanh(value)
        if name in POSITIVE:
            text, value = f"1.5 + {text}", 1.5 + value
        return f"{name}({text})", UNARY[name](value)

    def choice(self, depth):
        (left, a), (right, b) = self.grow(depth), self.grow(depth)
        x = self.values["x"]
        if not a.requires_grad and not b.requires_grad:  # torch's where makes single precision of two plain numbers
            left, a = f"x + {left}", x + a
        kind = self.chance.randrange(4)
        if kind == 0:
            return f"max({left}, {right}, x)", torch.maximum(torch.maximum(a, b), x)
        if kind == 1:
            return f"where(x > 0.1, {left}, {right})", torch.where(x > 0.1, a, b)
        if kind == 2:
            return f"clamp(x + ({left}), -1, 1.5)", torch.clamp(x + a, -1, 1.5)
        return f"min({left}, x * 0.5) * (x <= 0.3)", torch.minimum(a, x * 0.5) * (x <= 0.3)


def formula(seed):
    """A random formula that fits into its limits, with its inputs, parameters and value."""
    chance = random.Random(seed)
    while True:
        torch.manual_seed(chance.randrange(10**9))
        values = {
            "x": torch.randn(3, 4, dtype=torch.float64, requires_grad=True),
            "a": torch.randn(3, chance.choice([4, 1]), dtype=torch.float64, requires_grad=True),
            "beta": torch.tensor(0.75, dtype=torch.float64, requires_grad=True),
            "w": torch.full((4,), -0.5, dtype=torch.float64, requires_grad=True),
        }
        text, value = Made(chance, values).grow(chance.randint(2, 5))
        text, value = f"{text} + x", value + values["x"]
        if len(text) <= 400 and torch.isfinite(value).all() and float(value.detach().abs().max()) < 1e6:
            return text, values, value


@pytest.mark.parametrize("seed", range(200))
def test_a_random_formula_equals_torch(seed):
    text, values, wanted = formula(seed)
    used = parse(text).names
    learned = ", ".join(start for name, start in STARTS.items() if name in used)
    params = {"expression": text, "learned": learned}
    made = Expression.tailored(params)(params)
    given = {port.name: values[port.name] for port in made.inputs}
    inputs = {name: Tensor((Axis("d"), value.shape[1])) for name, value in given.items()}
    told = made.shape(*inputs.values())
    scope = {"torch": torch, "F": F, "nn": torch.nn}
    module = made.module()
    scope |= {"node": eval(module, scope).double() if module else None, **given}
    came = eval(made.call("node", {name: name for name in given}, inputs), scope)
    assert told.known[1:] == tuple(came.shape[1:])
    torch.testing.assert_close(came, wanted, rtol=1e-10, atol=1e-10)
    mine = [*given.values(), *(scope["node"].parameters() if module else ())]
    theirs = [*given.values(), *(values[name] for name in made.weights())]
    weight = torch.randn_like(wanted)
    left = torch.autograd.grad((came * weight).sum(), mine, allow_unused=True, retain_graph=True)
    right = torch.autograd.grad((wanted * weight).sum(), theirs, allow_unused=True)
    for a, b in zip(left, right, strict=True):
        torch.testing.assert_close(
            torch.zeros(()) if a is None else a, torch.zeros(()) if b is None else b, rtol=1e-8, atol=1e-8,
            check_dtype=False,
        )  # fmt: skip


def test_in_a_model_the_formula_stands_as_one_would_write_it():
    nodes = {
        "moons": ("Moons", {}), "fc1": ("Linear", {"out_features": 8}),
        "swish": ("Expression", {
            "learned": "beta = 1, g[8] = 0.5", "expression": "g * x * sigmoid(beta * x)", "l2": 0.01}),
        "gate": ("Expression", {"learned": "", "fixed": "alpha = 0.1", "expression": "where(m > 0, a, alpha * a)"}),
        "fc2": ("Linear", {"out_features": 2}), "loss": ("CrossEntropyLoss", {}), "adam": ("Adam", {}),
    }  # fmt: skip
    wires = [
        "moons.x -> fc1.x", "fc1.y -> swish.x", "swish.y -> gate.a", "fc1.y -> gate.m", "gate.y -> fc2.x",
        "fc2.y -> loss.prediction", "moons.y -> loss.target", "loss.loss -> adam.loss",
    ]  # fmt: skip
    program = program_of(drawn(nodes, wires))
    net = built(program).net()
    assert {"swish.beta", "swish.g"} <= net.state_dict().keys()
    x = torch.randn(5, 2)
    fc1 = net.fc1(x)
    swish = net.swish.g * fc1 * torch.sigmoid(net.swish.beta * fc1)
    torch.testing.assert_close(net(x), net.fc2(torch.where(fc1 > 0, swish, 0.1 * swish)))
    net(x).sum().backward()
    assert all(weight.grad is not None for weight in net.parameters())


def test_what_would_mix_rows_is_refused_in_words():
    n, m = Axis("d"), Axis("e")

    def shape(text, **inputs):
        params = {"expression": text, "learned": "w[3] = 1"}
        made = Expression.tailored(params)(params)
        return made.shape(*(Tensor(inputs[port.name]) for port in made.inputs)).sides

    assert shape("a * w + b", a=(n, 3), b=(n, 1)) == (n, 3)
    assert shape("a - mean(a)", a=(n, 5, 2)) == (n, 5, 2)
    assert shape("a * mean(w)", a=(n,)) == (n,)
    assert shape("a * b", a=(n, None), b=(n, 3)) == (n, 3)
    for text, inputs, words in (
        ("a + b", {"a": (n, 3), "b": (n, 4)}, "at character 3 rows of 3 numbers and rows of 4 numbers meet"),
        ("a + b", {"a": (n, 3), "b": (n,)}, "same sides"),
        ("a + b", {"a": (n, 1), "b": (n,)}, "same sides"),
        ("a + b", {"a": (n, 3), "b": (m, 3)}, "rows of different data"),
        ("a + w", {"a": (n,)}, "parameter of another width"),
        ("a + w", {"a": (n, 4)}, "parameter of another width"),
        ("mean(a) + a", {"a": (n,)}, "one number per row"),
    ):
        with pytest.raises(Misfit, match=words):
            shape(text, **inputs)
