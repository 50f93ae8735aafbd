"""Every kind against torch: shape, dtype, parameters, cost and refusals, by running the generated source."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import nn

from graph.catalogue import standard
from graph.misfit import Misfit
from graph.roles import Course, Data, Layer, Optimizer
from graph.shape import Axis, Tensor
from graph.spec import Kind, Place
from tests.contracts.situations import MEANT, ROWS, settings, situation

FROM_ELSEWHERE = {"PyTorchModule", "Pretrained"}  # held against torch in tests of their own
LAYERS = [k for k in standard() if issubclass(k, Layer) and k.family and k.__name__ not in FROM_ELSEWHERE]
CASES = 50
DTYPES = {"float": torch.float32, "index": torch.int64, "bool": torch.bool}

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")
"""Torch warns of what a layer makes of odd settings; the numbers are right."""


def filled(value: Tensor, device: str) -> torch.Tensor:
    """A tensor of this shape; whole numbers are below the number of classes."""
    sides = [ROWS if isinstance(side, Axis) else side for side in value.known]
    dtype = DTYPES[value.dtype or "float"]
    if device == "meta":
        return torch.empty(sides, dtype=dtype, device="meta")  # type: ignore[arg-type]  # sides are known here
    if dtype.is_floating_point:
        return torch.rand(sides)  # type: ignore[arg-type]
    return torch.randint(0, value.classes or 2, sides).to(dtype)  # type: ignore[arg-type]


def run(made: Kind, inputs: dict[str, Tensor], device: str) -> tuple[list[Any], nn.Module | None]:
    """What the printed source gives at each output, and the module it makes."""
    scope: dict[str, Any] = {"torch": torch, "nn": nn, "F": nn.functional}
    exec(made.source, scope)
    outputs = [port.name for port in made.ports_out()]
    made.wired = frozenset(outputs)
    with torch.device(device):
        text = made.module(*made.in_order(inputs))
        module = eval(text, scope) if text else None
        scope |= {"node": module, **{port: filled(value, device) for port, value in inputs.items()}}
        left = made.assign({name: f"out_{name}" for name in outputs})
        exec(f"{left} = {made.call('node', {port: port for port in inputs}, inputs)}", scope)
    return [eval(made.pick(name, f"out_{name}"), scope) for name in outputs], module


def computed(made: Kind, inputs: dict[str, Tensor]) -> tuple[list[Any], nn.Module | None]:
    """What torch gives: on the meta device, or where it cannot compute there on the CPU."""
    try:
        return run(made, inputs, "meta")
    except NotImplementedError:
        return run(made, inputs, "cpu")


def cases(kind: type[Kind]) -> Iterator[tuple[dict[str, Any], Kind, dict[str, Tensor]]]:
    chance = random.Random(kind.name())
    for _ in range(CASES):
        params, inputs = situation(kind, chance)
        yield params, kind.tailored(params)(params), inputs


def shape_of(tensor: Tensor) -> tuple[int | None, ...]:
    return tuple(ROWS if isinstance(side, Axis) else side for side in tensor.known)


@pytest.mark.parametrize("kind", LAYERS, ids=lambda kind: kind.name())
def test_what_is_accepted_equals_torch(kind: type[Kind]) -> None:
    accepted = 0
    for params, made, inputs in cases(kind):
        if any(kind.params[name].wrong(value) for name, value in params.items()):
            continue
        try:
            values = made.read(inputs, Place("it"))
        except Misfit:
            continue
        accepted += 1
        results, module = computed(made, inputs)
        for value, result in zip(values.values(), results, strict=True):
            assert isinstance(value, Tensor)
            assert shape_of(value) == tuple(result.shape), (params, inputs)
            assert DTYPES[value.dtype or ""] == result.dtype, (params, inputs)
        given = made.in_order(inputs)
        parameters = {name: tuple(p.shape) for name, p in module.named_parameters()} if module is not None else {}
        buffers = {name: tuple(b.shape) for name, b in module.named_buffers()} if module is not None else {}
        assert made.weights(*given) == parameters, (params, inputs)
        assert made.buffers(*given) == buffers, (params, inputs)
    assert accepted >= CASES // 5, f"only {accepted} of {CASES} situations fit: they test little"


@pytest.mark.parametrize("kind", LAYERS, ids=lambda kind: kind.name())
def test_what_is_refused_torch_refuses_too(kind: type[Kind]) -> None:
    """Our error stands only where torch raises one, or where `MEANT` gives a reason."""
    reason, is_meant = MEANT.get(kind.name(), ("", lambda params, inputs: False))
    for params, made, inputs in cases(kind):
        if any(kind.params[name].wrong(value) for name, value in params.items()):
            continue
        try:
            made.read(inputs, Place("it"))
        except Misfit as misfit:
            said = str(misfit)
        else:
            continue
        if is_meant(params, inputs):
            assert reason
            continue
        try:
            results, _ = run(made, inputs, "cpu")
        except Exception:  # any error of torch, or a rule that cannot even name the arguments: it refuses as well
            continue
        lost = any(result.dim() == 0 or result.shape[0] != ROWS for result in results)
        assert lost, f"{said} (torch accepts {params} on {inputs})"


@pytest.mark.parametrize(
    "kind", [k for k in standard() if issubclass(k, Optimizer) and k.torch], ids=lambda kind: kind.name()
)
def test_optimizers_are_made_with_any_settings(kind: type[Kind]) -> None:
    chance = random.Random(kind.name())
    for _ in range(CASES):
        made = kind(settings(kind, chance))
        assert isinstance(made, Optimizer)
        try:
            made.read({}, Place(""))
        except Misfit:
            continue
        weight = nn.Parameter(torch.ones(3, 3))
        built_optimizer = eval(made.create("[w]"), {"torch": torch, "w": weight})
        weight.square().sum().backward()
        built_optimizer.step(*([lambda w=weight: w.detach().square().sum()] if made.closure else []))
        assert built_optimizer.param_groups[0]["lr"] == made.lr  # type: ignore[attr-defined]
        for name, declared in kind.params.items():
            wanted = getattr(made, name)
            if declared.printed and wanted is not None and name in built_optimizer.param_groups[0]:
                assert built_optimizer.param_groups[0][name] == wanted, name


@pytest.mark.parametrize(
    "kind", [k for k in standard() if issubclass(k, Course) and k.family], ids=lambda kind: kind.name()
)
def test_schedules_are_made_with_any_settings(kind: type[Kind]) -> None:
    chance = random.Random(kind.name())
    for _ in range(CASES):
        made = kind(settings(kind, chance))
        assert isinstance(made, Course)
        sgd = torch.optim.SGD([nn.Parameter(torch.ones(1))], lr=0.1)
        scope = {"torch": torch, "o": sgd, **vars(torch.optim.lr_scheduler)}
        schedule = eval(made.create("o", "20"), scope)
        sgd.step()
        schedule.step(1.0) if made.watches else schedule.step()


def test_every_data_kind_has_its_reader() -> None:
    from runtime.data.source import file_name

    for kind in standard():
        if issubclass(kind, Data) and kind.family:
            __import__(f"runtime.data.{file_name(kind.name())}")
