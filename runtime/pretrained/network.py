"""Makes a published network without numbers, and finds out what it gives, weighs and costs."""

from __future__ import annotations

import copy
import difflib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode
from torch.utils.flop_counter import FlopCounterMode

from graph.kinds.pretrained import BEFORE, NOWHERE
from runtime.pretrained.bringing import torchvision

ASIDE = ("googlenet", "inception_v3")
"""Networks with a second answer in training, which is left out, and with a scale of their own that they come from."""

ROWS = 2


class Unknown(Exception):
    """There is no such network, version or layer; a sentence about {node}."""


def names() -> list[str]:
    """The networks that tell what is in a picture."""
    models = torchvision().models
    found: list[str] = models.list_models(module=models)
    return found


def versions(model: str) -> dict[str, Any]:
    """The published weights of a network by the name of their version."""
    return {found.name: found for found in torchvision().models.get_model_weights(model)}


def arguments(model: str, start: str) -> dict[str, Any]:
    """What a network is made with besides its weights."""
    if model not in ASIDE:
        return {}
    return {"transform_input": True, "aux_logits": False, "init_weights": start == "random"}


class _OnMeta(TorchFunctionMode):
    """Weights are made without numbers; what a network reckons while it is made keeps its numbers."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func in (torch.empty, torch.zeros, torch.ones):
            kwargs = {**(kwargs or {}), "device": "meta"}
        return func(*args, **(kwargs or {}))


@lru_cache(8)
def bare(model: str) -> nn.Module:
    """A whole network without numbers. Raises Unknown."""
    if model not in names():
        near = like(model, names())
        raise Unknown(f"{{node}} asks for {model[:60] or 'nothing'}, which torchvision does not have{near}.")
    with _OnMeta():
        made: nn.Module = getattr(torchvision().models, model)(weights=None, **arguments(model, "file"))
    return made.to("meta").eval()


def like(wanted: str, known: Sequence[str]) -> str:
    """What is called nearly so, as the end of a sentence."""
    close = difflib.get_close_matches(wanted, known, 3, 0.5)
    return f"; there is {' or '.join(close)}" if close else ""


def head(model: str) -> str:
    """The name of a network's classifier: it is the last part of each."""
    return list(bare(model).named_children())[-1][0]


def layers(model: str) -> list[str]:
    """The layers at which a network can be cut."""
    return [name for name, _ in bare(model).named_modules() if name]


def cut_off(model: str, cut: str) -> nn.Module:
    """The network up to where it is cut, without numbers. Raises Unknown."""
    from torchvision.models.feature_extraction import create_feature_extractor

    whole = bare(model)
    if cut == NOWHERE:
        return whole
    if cut == BEFORE:
        made = copy.deepcopy(whole)
        setattr(made, head(model), nn.Identity())
        return made
    if cut not in layers(model):
        near = like(cut, layers(model))
        raise Unknown(f"{{node}} is cut at {cut[:60] or 'nothing'}, but {model} has no such layer{near}.")
    try:
        found: nn.Module = create_feature_extractor(whole, {cut: "y"})
    except Exception as error:
        raise Unknown(f"{{node}} cannot be cut at {cut}: it is computed in no pass through {model}.") from error
    return found.eval()


def gives(network: nn.Module, sides: Sequence[int]) -> tuple[list[int], int]:
    """What comes out for pictures of these sides, behind the batch, and the multiply-accumulates of one.

    Raises what torch raises where the pictures do not fit.
    """
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        found: Any = network(torch.empty(ROWS, *sides, device="meta"))
    y = found["y"] if isinstance(found, Mapping) else found
    return list(y.shape[1:]), counter.get_total_flops() // 2 // ROWS


def stored(network: nn.Module) -> dict[str, Any]:
    """The shapes of weights and buffers by name."""
    return {
        "weights": {name: list(weight.shape) for name, weight in network.named_parameters()},
        "buffers": {name: list(buffer.shape) for name, buffer in network.named_buffers()},
    }
