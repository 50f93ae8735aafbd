"""What contract tests feed to each kind: random parameters and inputs, many that fit and some that do not.

A module a family, found by itself. `SITUATIONS` says by kind how to make a situation: a function of a source of chance
that gives parameters as typed, and what comes in by port. A kind that is not listed gets random settings and sides.
`MEANT` says by kind which refusals are ours though torch would compute: a reason, and a test on parameters and inputs.
"""

import importlib
import pkgutil
import random
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from graph.param import Param
from graph.shape import Axis, Dtype, Side, Tensor
from graph.spec import Kind

N = Axis("data", "N")
ROWS = 6

Situation: TypeAlias = tuple[dict[str, Any], dict[str, Tensor]]
Maker: TypeAlias = Callable[[random.Random], Situation]
Reason: TypeAlias = tuple[str, Callable[[Mapping[str, Any], Mapping[str, Tensor]], bool]]

INNER: tuple[tuple[int, ...], ...] = (
    (), (12,), (1,), (5, 4), (1, 4), (3, 8, 8), (1, 5, 7), (4, 16, 16), (2, 3, 4, 5),
)  # fmt: skip


def tensor(*inner: Side, dtype: Dtype = "float", classes: int | None = None) -> Tensor:
    """A value with a batch before these sides; whole numbers if `classes` are given."""
    return Tensor((N, *inner), "index" if classes else dtype, classes)


def near(declared: Param, chance: random.Random) -> Any:
    """A good value of a parameter, small enough that sometimes it fits and sometimes not."""
    low = int(declared.min) if declared.min is not None else 1 if declared.above is not None else 0
    match declared.type:
        case "int":
            if declared.max is None:
                return chance.choice([low, low + 1, low + 2, 3, 4, 8])
            return chance.randint(max(low, -3), min(int(declared.max), 3))
        case "float":
            top = declared.max if declared.max is not None else declared.below if declared.below is not None else 2.0
            return round(chance.uniform(float(low), min(float(top), 2.0)) * 0.9 + 0.01, 3)
        case "bool":
            return chance.random() < 0.5
        case "choice":
            return chance.choice(declared.choices)
        case "pair":
            return chance.choice([low, low + 1, 2, 3, [low + 1, 3], [2, low + 1]])
        case _:
            return declared.default


def settings(kind: type[Kind], chance: random.Random) -> dict[str, Any]:
    """Some of a kind's parameters with values at random."""
    drawn = {
        name: near(declared, chance)
        for name, declared in kind.params.items()
        if chance.random() < 0.5 and declared.default is not None
    }
    return {name: value for name, value in drawn.items() if kind.params[name].wrong(value) is None}


def situation(kind: type[Kind], chance: random.Random) -> Situation:
    """Parameters and inputs for a kind, by chance."""
    made = SITUATIONS.get(kind.__name__)
    if made is not None:
        return made(chance)
    inner = chance.choice(INNER)
    classes = chance.choice([None, None, None, 7])
    ports = [
        letter
        for port in kind.inputs
        if not port.optional
        for letter in ("abc"[: chance.randint(1, 3)] if port.lettered else [port.name])
    ]
    return settings(kind, chance), {port: tensor(*inner, classes=classes) for port in ports}


def _gathered(name: str) -> dict[str, Any]:
    modules = (importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__))
    return {kind: value for module in modules for kind, value in getattr(module, name, {}).items()}


SITUATIONS: dict[str, Maker] = {}
MEANT: dict[str, Reason] = {}
SITUATIONS |= _gathered("SITUATIONS")
MEANT |= _gathered("MEANT")
