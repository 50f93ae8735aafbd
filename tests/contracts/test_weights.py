"""What every layer can be told of its weights, against torch: what we refuse torch refuses, what we take it does."""

import random
import warnings
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations

from graph.catalogue import standard
from graph.misfit import Misfit
from graph.roles import Layer
from graph.spec import Kind, Place
from graph.weights import INITIALS, WEIGHTS, clashes, equip, mains, parameters, setting
from tests.contracts.situations import situation

KINDS = [kind for kind in standard() if issubclass(kind, Layer) and kind.family]


def told(name: str) -> list[type[Kind]]:
    """The kinds that have one of these settings."""
    return [kind for kind in KINDS if name in kind.params and kind.params[name].group]


PREPARED = {"sparse": {"sparsity": 0.5}, "constant": {"val": 0.5}}


def made_layers(kind: type[Kind], count: int = 4) -> list[tuple[Kind, nn.Module, dict[str, Any]]]:
    """Layers with weights in situations that fit, their modules, and the shapes of their weights."""
    chance, found = random.Random(kind.name()), []
    for _ in range(200):
        params, inputs = situation(kind, chance)
        own = {name: value for name, value in params.items() if not kind.params[name].group}
        made = kind.tailored(own)(own)
        try:
            made.read(inputs, Place("node"))
        except Misfit:
            continue
        given = made.in_order(inputs)
        weights = made.weights(*given)
        text = made.module(*given)
        if weights and text:
            scope: dict[str, Any] = {"torch": torch, "nn": nn}
            exec(made.source, scope)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found.append((made, eval(text, scope), weights))
        if len(found) == count:
            break
    return found


@pytest.mark.parametrize("kind", told("init"), ids=lambda kind: kind.__name__)
def test_weights_begin_where_torch_can_begin_them(kind: type[Kind]) -> None:
    for made, module, shapes in made_layers(kind):
        for chosen in INITIALS[1:]:
            made.init = chosen  # type: ignore[attr-defined]
            refused = any(clash.name == "init" for clash in clashes(made, shapes))
            for name in mains(shapes):
                weight = module.get_parameter(name)
                try:
                    getattr(nn.init, f"{chosen}_")(weight, **PREPARED.get(chosen, {}))
                except (ValueError, RuntimeError, IndexError):
                    assert refused, (chosen, name, tuple(weight.shape))
                else:
                    assert not refused or len(mains(shapes)) > 1, (chosen, name, tuple(weight.shape))
        made.init = "default"  # type: ignore[attr-defined]


@pytest.mark.parametrize("chosen", ["weight_norm", "spectral_norm"])
@pytest.mark.parametrize("kind", told("parametrization"), ids=lambda kind: kind.__name__)
def test_what_is_put_on_weights_holds_what_is_counted(kind: type[Kind], chosen: str) -> None:
    for made, module, shapes in made_layers(kind):
        made.parametrization = chosen  # type: ignore[attr-defined]
        if not clashes(made, shapes):
            getattr(parametrizations, chosen)(module)
            assert {name: tuple(w.shape) for name, w in module.named_parameters()} == parameters(made, shapes)
        elif "weight" in dict(module.named_parameters()):
            assert len(shapes["weight"]) < 2


def test_a_parameter_of_the_kind_itself_wins() -> None:
    prelu, embedding = standard().get("PReLU"), standard().get("Embedding")
    assert prelu is not None
    assert embedding is not None
    assert prelu.params["init"].type == "float"
    assert setting(prelu({"init": 0.5}), "init") == "default"
    assert setting(embedding({"max_norm": 1.0}), "max_norm") is None
    assert setting(embedding({"init": "normal"}), "init") == "normal"


def test_every_setting_has_words_and_a_kind_without_weights_has_none() -> None:
    for name, declared in WEIGHTS.items():
        assert declared.name == name
        assert declared.group == "weights"
        assert declared.wrong(declared.default) is None
        assert not declared.printed
        assert declared.when is None or declared.when[0] in WEIGHTS
    relu = standard().get("ReLU")
    assert relu is not None
    assert not WEIGHTS.keys() & relu.params.keys()

    class Own(Layer):
        pass

    equip(Own, ("frozen",))
    assert "frozen" in Own.params
    assert "init" not in Own.params
