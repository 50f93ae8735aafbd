"""Answers what a drawing asks about a published network, without its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.kinds.pretrained import BEFORE, NOWHERE
from runtime.pretrained.bringing import MISSING, NoLibrary, is_there
from runtime.words import size

if TYPE_CHECKING:
    from torch import nn

Question = Mapping[str, Any]
Facts = dict[str, Any]

SMALL = 4
"""Pictures of less than this part of the side that a network was trained with are worth a word."""


def inspect(question: Question) -> Facts:
    """What a network gives, weighs and costs; `names` to choose from; `wrong` or `doubt` if something must be said."""
    if not is_there():
        return {"error": MISSING}
    from runtime.pretrained import network

    try:
        found: Facts = {"names": {"model": network.names()}}
    except NoLibrary as error:
        return {"error": str(error)}
    model, cut = str(question["model"]), str(question["cut"])
    try:
        found["names"]["cut"] = [BEFORE, NOWHERE, *network.layers(model)]
        found["names"]["version"] = list(network.versions(model))
        made = network.cut_off(model, cut)
    except network.Unknown as error:
        return {**found, "wrong": {"text": str(error)}}
    found |= {"head": network.head(model), "arguments": network.arguments(model, question["start"])}
    found |= network.stored(made)
    wrong = _unpublished(question)
    return {**found, "wrong": wrong} if wrong else {**found, **_passed(question, made)}


# --- what goes through


def _passed(question: Question, made: nn.Module) -> Facts:
    """What comes out for the pictures that come in, or why nothing can."""
    from runtime.pretrained import network

    sides = list(question["sides"])
    if not sides:
        return {}
    try:
        given, macs = network.gives(made, sides)
    except Exception:  # whatever torch or torchvision says of such sides: it is about the sides
        return {"wrong": _does_not_fit(question, sides)}
    doubt = _absent(question) or _otherwise_scaled(question) or _too_small(question, sides)
    return {"sides": given, "macs": macs, **({"doubt": doubt} if doubt else {})}


def _trained_size(question: Question) -> int:
    """The side of the pictures that the network was trained with."""
    from runtime.pretrained import network

    known = network.versions(question["model"])
    return int((known.get(question["version"]) or next(iter(known.values()))).transforms().crop_size[0])


def _does_not_fit(question: Question, sides: list[int]) -> Facts:
    model, came, trained = question["model"], "×".join(map(str, sides[1:])), _trained_size(question)
    text = f"{{node}} cannot take the pictures of {came} pixels that {{source}} gives: {model} is made for "
    return {"text": f"{text}{trained}×{trained}.", "port": "x", "advice": _resize(trained)}


def _resize(side: int) -> Facts:
    label = f"Make the pictures {side}×{side}"
    return {"action": "insert", "label": label, "kind": "Upsample", "params": {"size": side, "mode": "bilinear"}}


def _otherwise_scaled(question: Question) -> Facts | None:
    """A word about pictures that are not scaled as those that the weights come from."""
    from runtime.pretrained import network

    version = network.versions(question["model"]).get(question["version"])
    if question["start"] not in ("cache", "download") or version is None:
        return None
    wanted = {0.485: "imagenet", 0.5: "half"}.get(round(version.transforms().mean[0], 3))
    if wanted in (None, question["preprocess"]):
        return None
    text = f"{{node}} learned from pictures that were scaled otherwise: with preprocess on {wanted}."
    return {"text": text, "advice": {"action": "set", "label": "Scale them so", "params": {"preprocess": wanted}}}


def _too_small(question: Question, sides: list[int]) -> Facts | None:
    """A word about pictures in which a network sees little of what it knows."""
    trained = _trained_size(question)
    if min(sides[1:]) * SMALL >= trained or question["start"] == "random":
        return None
    came = "×".join(map(str, sides[1:]))
    text = (
        f"{{node}} learned from pictures of {trained}×{trained}, and sees little in the {came} that {{source}} gives."
    )
    return {"text": text, "port": "x", "advice": _resize(max(trained // 2, 64))}


# --- where the weights are


def _unpublished(question: Question) -> Facts | None:
    """A version that a network does not have."""
    from runtime.pretrained import network

    known, name = list(network.versions(question["model"])), str(question["version"])
    if name in known or question["start"] not in ("cache", "download"):
        return None
    advice = {"action": "set", "label": f"Take {known[0]}", "params": {"version": known[0]}}
    return {"text": f"{{node}} has no weights {name[:60]}: there is {' and '.join(known)}.", "advice": advice}


def _absent(question: Question) -> Facts | None:
    """Weights that no training could begin with; what has been trained does well without."""
    match question["start"]:
        case "file" if question.get("path") and not Path(str(question["path"])).is_file():
            return {"text": f"{{node}} begins with the weights in {question['path']}, where there is no file."}
        case "cache":
            return _not_here(question)
    return None


def _not_here(question: Question) -> Facts | None:
    from runtime.pretrained import network
    from runtime.pretrained.weights import kept

    name = str(question["version"])
    version = network.versions(question["model"])[name]
    if kept(version.url):
        return None
    amount = size(int(version.meta.get("_file_size", 0) * 2**20))
    text = f"The weights {name} of {question['model']}, with which {{node}} begins, are not on this machine."
    label = f"Download them when training begins ({amount})"
    return {"text": text, "advice": {"action": "set", "label": label, "params": {"start": "download"}}}
