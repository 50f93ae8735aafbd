"""The functions that a formula may call: how many parts each takes, its source, its value for plain numbers."""

import math
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Function:
    """A function of a formula. `source` holds {} for the part; functions without one are printed by hand."""

    help: str
    source: str = ""
    number: Callable[..., float] | None = None
    least: int = 1
    most: int = 1


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def _softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def _gelu(x: float) -> float:
    return x * (1 + math.erf(x / math.sqrt(2))) / 2


def _clamp(x: float, low: float, high: float) -> float:
    return min(max(x, low), high)


FUNCTIONS: dict[str, Function] = {
    "sigmoid": Function("1 / (1 + exp(-x))", "torch.sigmoid({})", _sigmoid),
    "tanh": Function("hyperbolic tangent", "torch.tanh({})", math.tanh),
    "relu": Function("max(x, 0)", "F.relu({})", lambda x: max(x, 0.0)),
    "gelu": Function("x times the normal distribution up to x", "F.gelu({})", _gelu),
    "silu": Function("x * sigmoid(x)", "F.silu({})", lambda x: x * _sigmoid(x)),
    "softplus": Function("log(1 + exp(x))", "F.softplus({})", _softplus),
    "elu": Function("x above zero, exp(x) - 1 below", "F.elu({})", lambda x: x if x > 0 else math.expm1(x)),
    "softsign": Function("x / (1 + abs(x))", "F.softsign({})", lambda x: x / (1 + abs(x))),
    "exp": Function("e to the power of x", "torch.exp({})", math.exp),
    "expm1": Function("exp(x) - 1, exact near zero", "torch.expm1({})", math.expm1),
    "log": Function("natural logarithm", "torch.log({})", math.log),
    "log1p": Function("log(1 + x), exact near zero", "torch.log1p({})", math.log1p),
    "sqrt": Function("square root", "torch.sqrt({})", math.sqrt),
    "abs": Function("without its sign", "torch.abs({})", abs),
    "sign": Function("-1, 0 or 1", "torch.sign({})", lambda x: float((x > 0) - (x < 0))),
    "floor": Function("the whole number below", "torch.floor({})", lambda x: float(math.floor(x))),
    "ceil": Function("the whole number above", "torch.ceil({})", lambda x: float(math.ceil(x))),
    "round": Function("the nearest whole number", "torch.round({})", lambda x: float(round(x))),
    "sin": Function("sine", "torch.sin({})", math.sin),
    "cos": Function("cosine", "torch.cos({})", math.cos),
    "tan": Function("tangent", "torch.tan({})", math.tan),
    "atan": Function("the angle of a tangent", "torch.atan({})", math.atan),
    "sinh": Function("hyperbolic sine", "torch.sinh({})", math.sinh),
    "cosh": Function("hyperbolic cosine", "torch.cosh({})", math.cosh),
    "erf": Function("error function", "torch.erf({})", math.erf),
    "min": Function("the smallest of its parts", number=min, least=2, most=8),
    "max": Function("the largest of its parts", number=max, least=2, most=8),
    "clamp": Function("clamp(x, low, high): x, held between two bounds", number=_clamp, least=3, most=3),
    "where": Function("where(x > 0, a, b): a where the question is true, else b", least=3, most=3),
    "mean": Function("the mean over the last side"),
    "sum": Function("the sum over the last side"),
}

CONSTANTS = {"pi": math.pi}
