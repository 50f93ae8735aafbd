"""Every kind against torch: shape, dtype, parameters, cost and refusals, by running the generated source."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import nn

from graph.catalogue import standard
from graph.document import Document
from graph.misfit import Misfit
from graph.param import Param
from graph.reading import Reading
from graph.roles import Data, Layer, LossKind, Merge, Metric, Optimizer, ScheduleKind
from graph.shape import Axis, Tensor
from graph.spec import Kind, Place
from runtime import emit
from runtime.build import build
from runtime.program import Program
from tests.runtime.drawings import drawn

ROWS = 6
INNER: tuple[tuple[int, ...], ...] = ((12,), (1,), (5, 4), (1, 4), (3, 8, 8), (1, 5, 7), (4, 16, 16), (2, 3, 4, 5))
SETTINGS = 50

LAYERS = [kind for kind in standard() if issubclass(kind, Layer) and kind.family]


def near(declared: Param, chance: random.Random) -> Any:
    """A good value of a parameter, small enough that sometimes it fits and sometimes not."""
    low = int(declared.min) if declared.min is not None else 1 if declared.above is not None else 0
    match declared.type:
        case "int":
            return (
                chance.choice([low, low + 1, low + 2, 3, 4, 8])
                if declared.max is None
                else chance.randint(max(low, -3), min(int(declared.max), 3))
            )
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
    drawn_values = {
        name: near(declared, chance)
        for name, declared in kind.params.items()
        if chance.random() < 0.5 and declared.default is not None
    }
    return {name: value for name, value in drawn_values.items() if kind.params[name].wrong(value) is None}


def one(kind: type[Kind], params: dict[str, Any], inner: list[tuple[int, ...]], classes: int | None) -> Document:
    """A drawing of one node with a placeholder at each input."""
    nodes: dict[str, Any] = {
        f"in{at}": ("Input", {"shape": list(sides)} | ({} if classes is None else {"classes": classes}))
        for at, sides in enumerate(inner)
    }
    nodes |= {"it": (kind.name(), params), "out": ("Output", {})}
    ports = "ab" if issubclass(kind, Merge) else kind.inputs[0].name
    return drawn(nodes, [*(f"in0.x -> it.{port}" for port in ports), "it.y -> out.x"])


def cases(kind: type[Kind]) -> Iterator[tuple[dict[str, Any], tuple[int, ...], int | None]]:
    chance = random.Random(kind.name())
    for at in range(SETTINGS):
        yield settings(kind, chance), chance.choice(INNER), chance.choice([None, None, None, 7]) if at % 2 else None
    for inner in INNER:
        yield {}, inner, None
    yield {}, (9,), 7


pytestmark = pytest.mark.filterwarnings("ignore:dropout option")
"""Torch says that dropout between layers needs two of them; the numbers are right."""


def value_of(inner: tuple[int, ...], classes: int | None) -> torch.Tensor:
    if classes is None:
        return torch.zeros(ROWS, *inner, device="meta")
    return torch.zeros(ROWS, *inner, dtype=torch.int64, device="meta")


def shape_of(tensor: Tensor) -> tuple[int | None, ...]:
    return tuple(ROWS if isinstance(side, Axis) else side for side in tensor.known)


@pytest.mark.parametrize("kind", LAYERS, ids=lambda kind: kind.name())
def test_shape_and_dtype_equal_torch(kind: type[Kind]) -> None:
    accepted = 0
    for params, inner, classes in cases(kind):
        document = one(kind, params, [inner], classes)
        reading = Reading(document)
        errors = [found for found in reading.diagnostics("it") if found.level == "error"]
        if errors:
            continue
        accepted += 1
        with torch.device("meta"):
            net = build(emit.model(Program(document, reading)).text).net()
        answer = net(value_of(inner, classes))
        told = reading.value("it")
        assert isinstance(told, Tensor)
        assert shape_of(told) == tuple(answer.shape), (params, inner)
        assert (told.dtype == "float") == answer.dtype.is_floating_point, (params, inner)
    assert accepted >= 3


@pytest.mark.parametrize("kind", LAYERS, ids=lambda kind: kind.name())
def test_parameters_and_buffers_equal_the_rule(kind: type[Kind]) -> None:
    for params, inner, classes in cases(kind):
        document = one(kind, params, [inner], classes)
        reading = Reading(document)
        if any(found.level == "error" for found in reading.diagnostics("it")):
            continue
        program = Program(document, reading)
        with torch.device("meta"):
            net = build(emit.model(program).text).net()
        made = document.make(document.node("it"))
        values = list(reading.inputs("it").values())
        parameters = {name.removeprefix("it."): tuple(p.shape) for name, p in net.named_parameters()}
        buffers = {name.removeprefix("it."): tuple(b.shape) for name, b in net.named_buffers()}
        assert made.weights(*values) == parameters, (params, inner)
        assert made.buffers(*values) == buffers, (params, inner)
        assert reading.cost("it").parameters == sum(p.numel() for p in net.parameters())


@pytest.mark.parametrize("kind", LAYERS, ids=lambda kind: kind.name())
def test_what_is_refused_torch_refuses_too(kind: type[Kind]) -> None:
    """Our error stands only where torch raises one; what rows mean (a loop over the batch) is ours to refuse."""
    for params, inner, classes in cases(kind):
        document = one(kind, params, [inner], classes)
        reading = Reading(document)
        found = [d for d in reading.diagnostics("it") if d.level == "error"]
        if not found or found[0].code != "shape":
            continue
        inputs = list(reading.inputs("it").values())
        try:
            text = document.make(document.node("it")).module(*inputs)
            scope: dict[str, Any] = {
                "nn": nn,
                "torch": torch,
                "x": torch.zeros_like(value_of(inner, classes), device="cpu"),
            }
            names = dict.fromkeys(reading.inputs("it"), "x")
            answer = eval(document.make(document.node("it")).call(text or "", names, reading.inputs("it")), scope)
            answer = answer[0] if isinstance(answer, tuple) else answer
        except Exception:  # any error of torch, or a rule that cannot even name the arguments: it refuses as well
            continue
        batch_lost = answer is not None and (answer.dim() == 0 or answer.shape[0] != ROWS)
        unbatched = len(inner) + 1 in (2, 3) and kind.family in ("convolution", "pooling", "recurrent")
        mixes_rows = "row" in found[0].message or "batch" in found[0].message
        means = kind.name() == "AdaptiveAvgPool2d" and len(inner) > 3  # to one number torch takes means of anything
        assert means or batch_lost or unbatched or mixes_rows, f"{found[0].message} (torch accepts {params} on {inner})"


def targets() -> list[tuple[tuple[int, ...], int | None]]:
    return [((), None), ((3,), None), ((), 3), ((), 2), ((1,), None)]


@pytest.mark.parametrize(
    "kind", [k for k in standard() if issubclass(k, (LossKind, Metric)) and k.family], ids=lambda kind: kind.name()
)
def test_losses_and_metrics_run_on_what_they_accept(kind: type[Kind]) -> None:
    accepted = 0
    for width in ((), (1,), (3,)):
        for sides, classes in targets():
            made = kind({})
            axis = Axis("data")
            inputs = {
                "prediction": Tensor((axis, *width)),
                "target": Tensor((axis, *sides), "float" if classes is None else "index", classes),
            }
            try:
                made.check(*inputs.values())  # type: ignore[attr-defined]
            except Exception:
                continue
            accepted += 1
            prediction, target = torch.randn(ROWS, *width), torch.randn(ROWS, *sides)
            target = target if classes is None else torch.randint(classes, (ROWS, *sides))
            scope = {"F": nn.functional, "torch": torch, "p": prediction, "t": target, "n": ROWS}
            names = {"prediction": "p", "target": "t"}
            if isinstance(made, LossKind):
                scope["loss"] = eval(made.call("", names, inputs), scope)
                assert scope["loss"].shape == ()
                top, bottom = made.sums("loss", names, inputs, "n")
            else:
                assert isinstance(made, Metric)
                top, bottom = made.sums(names, inputs, "n")
            assert torch.as_tensor(eval(top, scope)).shape == ()
            assert float(torch.as_tensor(eval(bottom, scope))) > 0
    assert accepted >= 1


@pytest.mark.parametrize(
    "kind", [k for k in standard() if issubclass(k, Optimizer) and k.family], ids=lambda kind: kind.name()
)
def test_optimizers_are_made_with_any_settings(kind: type[Kind]) -> None:
    chance = random.Random(kind.name())
    for _ in range(SETTINGS):
        made = kind(settings(kind, chance))
        assert isinstance(made, Optimizer)
        try:
            made.read({}, Place(""))
        except Misfit:
            continue
        weight = nn.Parameter(torch.ones(3))
        built_optimizer = eval(made.create("[w]"), {"torch": torch, "w": weight})
        weight.square().sum().backward()
        built_optimizer.step()
        assert built_optimizer.param_groups[0]["lr"] == made.lr  # type: ignore[attr-defined]
        for name, declared in kind.params.items():
            if declared.printed and name in built_optimizer.param_groups[0]:
                assert built_optimizer.param_groups[0][name] == getattr(made, name), name


@pytest.mark.parametrize(
    "kind", [k for k in standard() if issubclass(k, ScheduleKind) and k.family], ids=lambda kind: kind.name()
)
def test_schedules_are_made_with_any_settings(kind: type[Kind]) -> None:
    chance = random.Random(kind.name())
    for _ in range(SETTINGS):
        made = kind(settings(kind, chance))
        assert isinstance(made, ScheduleKind)
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
