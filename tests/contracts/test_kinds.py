"""What every kind must keep: it is documented, its defaults are torch's, and its rules agree with torch."""

import inspect
import re
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import nn

from graph.catalogue import FAMILIES, standard
from graph.misfit import Misfit
from graph.roles import Data, Layer, LossKind, Metric, Optimizer, ScheduleKind
from graph.shape import Axis, Tensor
from graph.spec import Kind, Place

CATALOGUE = standard()
KINDS = list(CATALOGUE)
TORCH_KINDS = [kind for kind in KINDS if kind.torch]
ROWS = 4
N = Axis("data", "N", ROWS)

NOT_TORCH = {
    "order", "every", "trains",  # which optimizer takes its turn when
    "monitor",  # the figure that a schedule watches
    "unit",  # what a schedule counts
    "values",  # typed weights, which are copied in
    "shares",  # the node whose weights are used
    "stateful",  # whether the state goes on from window to window
    "is_causal", "tgt_is_causal", "average_attn_weights",  # what torch takes at each call
    "final_norm",  # the module that follows a stack of layers
}  # fmt: skip
OWN_DEFAULT = {(kind, "dim") for kind in ("Softmax", "Softmin", "LogSoftmax")}
"""What torch guesses when it is left out, and warns that it should not be."""
TRANSFORMERS = [kind for kind in TORCH_KINDS if kind.__name__.startswith("Transformer")]
OWN_DEFAULT |= {(kind.__name__, "activation") for kind in TRANSFORMERS}  # the function itself, which has a name here


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
class TestEveryKind:
    def test_is_documented(self, kind):
        sentence = kind.help()
        assert sentence.endswith(".")
        assert sentence[0].isupper() or sentence[0].isdigit()
        assert 20 < len(sentence) < 320
        assert kind.title

    def test_says_what_each_parameter_does(self, kind):
        for name, declared in kind.params.items():
            assert declared.name == name
            assert re.match(r"^[A-Z].{8,}\.$", declared.help, re.S), f"{name}: {declared.help}"

    def test_its_defaults_are_good_values(self, kind):
        for name, declared in kind.params.items():
            assert declared.wrong(declared.default) is None, name
            assert getattr(kind({}), name) == declared.default

    def test_a_bad_value_counts_as_the_default(self, kind):
        made = kind(dict.fromkeys(kind.params, object()))
        assert all(getattr(made, name) == declared.default for name, declared in kind.params.items())

    def test_can_be_found(self, kind):
        if not kind.family:
            return
        assert kind.family in FAMILIES
        assert kind in CATALOGUE.search(kind.__name__)[:3]
        assert kind.words

    def test_ports_have_their_own_names(self, kind):
        for ports in (kind.inputs, kind.outputs):
            assert len({port.name for port in ports}) == len(ports)

    def test_what_it_tells_and_prints_is_declared(self, kind):
        assert set(kind.telling) <= kind.params.keys()
        assert kind({}).summary().startswith(kind.title)

    def test_computing_kinds_have_a_formula(self, kind):
        if issubclass(kind, (Layer, LossKind, Metric, Optimizer, ScheduleKind)) or kind.__name__ == "Neuron":
            assert kind.formula


@pytest.mark.parametrize("kind", TORCH_KINDS, ids=lambda kind: kind.__name__)
def test_defaults_are_those_of_torch(kind):
    known = inspect.signature(constructor(kind)).parameters
    if "args" in known:  # recurrent layers hand their arguments on to their base
        known = {**inspect.signature(nn.RNNBase).parameters, "nonlinearity": SimpleNamespace(default="tanh")}
    if kind in TRANSFORMERS and "num_layers" in known:  # a stack is given a layer, which has the other settings
        known = {**inspect.signature(getattr(nn, f"{kind.__name__}Layer")).parameters, **known}
    for name, declared in kind.params.items():
        if name in NOT_TORCH or declared.group or (kind.__name__, name) in OWN_DEFAULT:
            continue
        assert name in known, name
        default = known[name].default
        if default is inspect.Parameter.empty:
            assert declared.always or declared.default is None, f"torch has no default for {name}: it must be printed"
        else:
            assert declared.default == default, name


def constructor(kind: type[Kind]) -> Any:
    name = kind.torch if kind.torch.startswith(("torch.", "nn.")) else f"torch.optim.lr_scheduler.{kind.torch}"
    found: Any = torch if name.startswith("torch.") else nn
    for part in name.split(".")[1:]:
        found = getattr(found, part)
    return found


BASES = [kind for kind in KINDS if issubclass(kind, Layer)]

# --- what is not known


@pytest.mark.parametrize("kind", BASES, ids=lambda kind: kind.__name__)
def test_unknown_sides_fit_everything(kind):
    ports = ["a" if port.lettered else port.name for port in kind.inputs if not port.optional]
    first = kind.outputs[0].name
    for rank in range(1, 5):
        given = dict.fromkeys(ports, Tensor((N,) + (None,) * rank, None))
        try:
            found = kind({}).read(given, Place("node"))[first]
        except Misfit:
            continue
        assert found.sides is None or found.known[0] == (N if ports and kind.__name__ != "CausalMask" else 1)
        kind({}).weights(*given.values())
    if ports:
        assert kind({}).read(dict.fromkeys(ports, Tensor()), Place("node"))[first].sides is None


@pytest.mark.parametrize("name", ["Standardize", "MinMax"])
def test_scalers_are_fitted_column_by_column(name):
    made, x = CATALOGUE.make(name, {}), torch.tensor([[1.0, 5.0], [3.0, 5.0], [8.0, 5.0]])
    scope: dict[str, Any] = {"torch": torch, "nn": nn}
    exec(made.source, scope)
    module = eval(made.module(Tensor((N, 2))), scope)
    module.fit(x)
    first = (x[:, 0] - 4) / (26 / 3) ** 0.5 if name == "Standardize" else (x[:, 0] - 1) / 7
    torch.testing.assert_close(module(x), torch.stack([first, torch.zeros(3)], dim=1))
    assert {key: tuple(b.shape) for key, b in module.named_buffers()} == made.buffers(Tensor((N, 2)))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if issubclass(kind, Data)], ids=lambda kind: kind.__name__)
def test_data_gives_rows_of_its_own(kind):
    made = kind({"path": "table.csv"})
    found = made.read({}, Place("d1"))
    assert found.keys() == {port.name for port in kind.outputs}
    assert all(value.sides is None or value.known[0] == Axis("d1") for value in found.values())
