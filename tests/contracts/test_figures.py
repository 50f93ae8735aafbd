"""Every loss and metric by its printed source: what it accepts, computes; an epoch's figure is that of its rows."""

import random
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import torch
from torch import nn

from graph.catalogue import standard
from graph.misfit import Misfit
from graph.roles import LossKind, Metric
from graph.shape import Axis, Tensor
from graph.spec import Kind, Place
from runtime.train.meter import Meter
from tests.contracts.situations import MEANT, ROWS, SITUATIONS, N, situation

LOSSES = [kind for kind in standard() if issubclass(kind, LossKind)]
METRICS = [kind for kind in standard() if issubclass(kind, Metric)]
CASES = 60
SPLITS = ((3, 2, 1), (1, 5), (2, 2, 2))

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


def cases(kind: type[Kind]) -> Iterator[tuple[Any, dict[str, Tensor], random.Random]]:
    """Situations whose parameters are good values, as made kinds with what comes in."""
    chance = random.Random(kind.name())
    for _ in range(CASES):
        params, inputs = situation(kind, chance)
        if not any(kind.params[name].wrong(value) for name, value in params.items()):
            yield kind(params), inputs, chance


def filled(value: Tensor, chance: random.Random) -> torch.Tensor:
    """Rows of a value: chances between 0 and 1, whole numbers below the number of classes."""
    sides = [ROWS if isinstance(side, Axis) else side for side in value.known]
    source = torch.Generator().manual_seed(chance.randrange(2**31))
    if value.dtype == "float":
        return torch.rand(sides, generator=source)  # type: ignore[arg-type]  # every side is known here
    whole = torch.randint(0, value.classes or 2, sides, generator=source)  # type: ignore[arg-type]
    return whole.bool() if value.dtype == "bool" else whole


def scope_of(made: Kind, values: Mapping[str, torch.Tensor]) -> dict[str, Any]:
    scope: dict[str, Any] = {"torch": torch, "nn": nn, "F": nn.functional}
    exec(made.source, scope)
    return scope | dict(values)


def sloped(kind: type[Kind], values: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """With the slope that a loss measures in a step, as if it were that of a square at each row."""
    if issubclass(kind, LossKind) and kind.slope:
        of, at = kind.slope
        values["slope"] = 2 * values[at] + 0 * values[of].sum()
    return values


def accepted(made: Kind, inputs: dict[str, Tensor]) -> bool:
    try:
        made.read(inputs, Place("it"))
    except Misfit:
        return False
    return True


def test_every_kind_has_situations_of_its_own() -> None:
    assert not [kind.name() for kind in LOSSES + METRICS if kind.name() not in SITUATIONS]


def loss_of(made: Any, inputs: dict[str, Tensor], values: Mapping[str, torch.Tensor]) -> torch.Tensor:
    values = sloped(type(made), dict(values))
    found = eval(made.call("", {port: port for port in values}, inputs), scope_of(made, values))
    assert isinstance(found, torch.Tensor)
    return found


@pytest.mark.parametrize("kind", LOSSES, ids=lambda kind: kind.name())
def test_a_loss_computes_what_it_accepts(kind: type[LossKind]) -> None:
    fitting = 0
    for made, inputs, chance in cases(kind):
        if not accepted(made, inputs):
            continue
        fitting += 1
        values = {port: filled(value, chance) for port, value in inputs.items()}
        for port in kind.predictions:
            values[port].requires_grad_()
        loss = loss_of(made, inputs, values)
        assert loss.shape == ()
        assert loss.dtype == torch.float32
        loss.backward()
        assert all(values[port].grad is not None for port in kind.predictions)
    assert fitting >= CASES // 5, f"only {fitting} of {CASES} situations fit: they test little"


@pytest.mark.parametrize("kind", LOSSES, ids=lambda kind: kind.name())
def test_what_a_loss_refuses_torch_refuses_too(kind: type[LossKind]) -> None:
    reason, is_meant = MEANT.get(kind.name(), ("", lambda params, inputs: False))
    for made, inputs, chance in cases(kind):
        if accepted(made, inputs):
            continue
        if is_meant({}, inputs):
            assert reason
            continue
        with pytest.raises((RuntimeError, ValueError, IndexError, TypeError, AssertionError)):
            loss_of(made, inputs, {port: filled(value, chance) for port, value in inputs.items()})


def figure(made: Any, inputs: dict[str, Tensor], values: dict[str, torch.Tensor], sizes: tuple[int, ...]) -> Any:
    """What a meter reads of the rows in batches of these sizes."""
    final = made.final(inputs) if isinstance(made, Metric) else ""
    scope = scope_of(made, {})
    meter = Meter(
        ["it"],
        formulas={"it": eval(f"lambda s, n: {final}", scope)} if final else {},
        kept={"it"} if getattr(made, "keeps", False) else (),
        tables={"it"} if getattr(made, "table", False) else (),
    )
    values = sloped(type(made), dict(values))
    names, parts = {port: port for port in values}, {port: v.split(sizes) for port, v in values.items()}
    for at, rows in enumerate(sizes):
        batch = scope | {port: part[at] for port, part in parts.items()} | {"n": rows}
        if isinstance(made, LossKind):
            batch["loss"] = eval(made.call("", names, inputs), batch)
            sums = made.sums("loss", names, inputs, "n")
        else:
            sums = made.sums(names, inputs, "n")
        top, bottom = (eval(text, batch) for text in sums)
        meter.add({"it": (top, bottom)})
        if at % 2:
            meter.drain()
    return meter.read().get("it")


@pytest.mark.parametrize("kind", LOSSES + METRICS, ids=lambda kind: kind.name())
def test_a_figure_does_not_depend_on_the_batches(kind: type[Kind]) -> None:
    fitting = 0
    for made, inputs, chance in cases(kind):
        if not accepted(made, inputs):
            continue
        values = {port: filled(value, chance) for port, value in inputs.items()}
        whole = figure(made, inputs, values, (ROWS,))
        if isinstance(made, LossKind) and whole is not None:
            torch.testing.assert_close(whole, loss_of(made, inputs, values).item(), rtol=1e-5, atol=1e-6)
        for sizes in SPLITS:
            pieces = figure(made, inputs, values, sizes)
            torch.testing.assert_close(torch.tensor(pieces or 0.0), torch.tensor(whole or 0.0), equal_nan=True)
        fitting += 1
    assert fitting >= CASES // 5, f"only {fitting} of {CASES} situations fit: they test little"


@pytest.mark.parametrize("kind", LOSSES + METRICS, ids=lambda kind: kind.name())
def test_what_is_not_known_is_waited_for(kind: type[Kind]) -> None:
    """Unknown values fit; with a number of sides that cannot be, a Misfit says so, nothing else."""
    ports = [port.name for port in kind.inputs if not port.optional]
    kind({}).read(dict.fromkeys(ports, Tensor()), Place("it"))
    for rank in range(5):
        for target in range(5):
            for dtype in ("float", "index"):
                known = {port: Tensor((N,) + (None,) * rank) for port in ports}
                if "target" in known:
                    known["target"] = Tensor((N,) + (None,) * target, dtype)  # type: ignore[arg-type]
                accepted(kind({}), known)
