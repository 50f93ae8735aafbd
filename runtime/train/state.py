"""Everything that a training holds, as named tensors and plain JSON, and back again. No pickle."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import nn

Tensors: TypeAlias = dict[str, torch.Tensor]
Plain: TypeAlias = dict[str, Any]

OTHERS = "random.process"
"""What the keys begin with, in a checkpoint, of where the generators of other processes than the leader stood."""


def modules(training: Any) -> dict[str, nn.Module]:
    """The modules of a training by their attribute: `net` and, where there is one, `extras`."""
    return {name: value for name, value in vars(training).items() if isinstance(value, nn.Module)}


def optimizers(training: Any) -> dict[str, torch.optim.Optimizer]:
    """The optimizers of a training by their attribute."""
    return {name: value for name, value in vars(training).items() if isinstance(value, torch.optim.Optimizer)}


def weights(training: Any) -> Tensors:
    """Parameters and buffers of all modules, keyed `net.fc1.weight`."""
    return {
        f"{home}.{key}": tensor
        for home, module in modules(training).items()
        for key, tensor in module.state_dict().items()
    }


def load_weights(training: Any, tensors: Tensors) -> None:
    """Takes what `weights` gave; other keys are passed over."""
    for home, module in modules(training).items():
        start = f"{home}."
        module.load_state_dict({key[len(start) :]: t for key, t in tensors.items() if key.startswith(start)})


def collect(training: Any) -> tuple[Tensors, Plain]:
    """The whole state of a training."""
    tensors, plain = weights(training), dict[str, Any]()
    for name, value in vars(training).items():
        if isinstance(value, torch.optim.Optimizer):
            plain[name] = _collect_optimizer(training, name, value, tensors)
        elif isinstance(value, torch.Generator):
            tensors[f"{name}.generator"] = value.get_state()
        elif hasattr(value, "state_dict") and not isinstance(value, nn.Module):
            plain[name] = freeze(value.state_dict())
        elif isinstance(value, torch.Tensor):
            tensors[f"{name}.value"] = value
        elif isinstance(value, tuple) and value and all(isinstance(part, torch.Tensor) for part in value):
            plain[name] = len(value)
            tensors |= {f"{name}.{at}": part for at, part in enumerate(value)}
        elif not isinstance(value, nn.Module):
            plain[name] = freeze(value)
    return tensors, plain


def restore(training: Any, tensors: Tensors, plain: Plain) -> None:
    """Puts back what `collect` gave, into a training of the same source."""
    load_weights(training, tensors)
    device = next((t.device for t in weights(training).values()), torch.device("cpu"))
    for name in [*vars(training), *(name for name in plain if name not in vars(training))]:
        value: Any = getattr(training, name, None)
        if isinstance(value, torch.optim.Optimizer):
            _restore_optimizer(training, name, value, tensors, plain[name])
        elif isinstance(value, torch.Generator):
            value.set_state(tensors[f"{name}.generator"])
        elif hasattr(value, "load_state_dict") and not isinstance(value, nn.Module):
            value.load_state_dict(thaw(plain[name]))
        elif f"{name}.value" in tensors:
            setattr(training, name, _own(tensors, f"{name}.value").to(device))
        elif f"{name}.0" in tensors:
            setattr(training, name, tuple(_own(tensors, f"{name}.{at}").to(device) for at in range(plain[name])))
        elif name in plain:
            setattr(training, name, thaw(plain[name]))


# --- optimizers: torch numbers the parameters, we name them


def _names(training: Any, optimizer: torch.optim.Optimizer) -> list[str]:
    """The key of each parameter of an optimizer, in torch's numbering."""
    keys = {
        id(parameter): f"{home}.{key}"
        for home, module in modules(training).items()
        for key, parameter in module.named_parameters()
    }
    return [keys[id(parameter)] for group in optimizer.param_groups for parameter in group["params"]]


def _collect_optimizer(training: Any, name: str, optimizer: torch.optim.Optimizer, tensors: Tensors) -> Plain:
    keys, state = _names(training, optimizer), optimizer.state_dict()
    rest: Plain = {}
    for number, held in state["state"].items():
        for part, value in held.items():
            if isinstance(value, torch.Tensor):
                tensors[f"{name}.{part}.{keys[number]}"] = value
            elif isinstance(value, list):
                rest.setdefault(keys[number], {})[part] = _collect_list(f"{name}.{part}", keys[number], value, tensors)
            else:
                rest.setdefault(keys[number], {})[part] = freeze(value)
    groups = [
        {key: freeze(value) for key, value in group.items() if key != "params"} for group in state["param_groups"]
    ]
    parts = {key: list(held) for key, held in zip(keys, _held(state, len(keys)), strict=True)}
    return {"groups": groups, "parts": parts, "rest": rest}


def _held(state: Plain, count: int) -> Iterator[Plain]:
    for number in range(count):
        yield state["state"].get(number, {})


def _restore_optimizer(
    training: Any, name: str, optimizer: torch.optim.Optimizer, tensors: Tensors, plain: Plain
) -> None:
    keys, now = _names(training, optimizer), optimizer.state_dict()
    state: dict[int, Plain] = {}
    for number, key in enumerate(keys):
        rest = plain["rest"].get(key, {})
        held = {
            part: _restore_part(rest[part], tensors) if part in rest else _own(tensors, f"{name}.{part}.{key}")
            for part in plain["parts"][key]
        }
        if held:
            state[number] = held
    groups = [
        {**thaw(group), "params": own["params"]}
        for group, own in zip(plain["groups"], now["param_groups"], strict=True)
    ]
    optimizer.load_state_dict({"state": state, "param_groups": groups})


def _collect_list(start: str, key: str, values: list[Any], tensors: Tensors) -> Plain:
    """A list that an optimizer keeps, such as the changes that LBFGS remembers: tensors go to the others, by name."""
    named = {f"{start}.{at}.{key}": value for at, value in enumerate(values) if isinstance(value, torch.Tensor)}
    tensors |= named
    rest = [None if isinstance(value, torch.Tensor) else freeze(value) for value in values]
    return {"[]": [[f"{start}.{at}.{key}" if isinstance(values[at], torch.Tensor) else None, rest[at]]
                   for at in range(len(values))]}  # fmt: skip


def _restore_part(value: Any, tensors: Tensors) -> Any:
    """What a part of an optimizer's state was: a list, or a plain value."""
    if isinstance(value, dict) and "[]" in value:
        return [_own(tensors, key) if key else thaw(rest) for key, rest in value["[]"]]
    return thaw(value)


def _own(tensors: Tensors, key: str) -> torch.Tensor:
    """A copy, for what lies in the memory of a file may lie askew, and other places give other last digits."""
    return tensors[key].clone()


# --- random numbers


def collect_random() -> tuple[Tensors, Plain]:
    """The states of the generators of Python, numpy and torch (each device)."""
    tensors = {"random.cpu": torch.get_rng_state()}
    if torch.cuda.is_available():
        tensors |= {f"random.cuda:{at}": state for at, state in enumerate(torch.cuda.get_rng_state_all())}
    if torch.backends.mps.is_available():
        tensors["random.mps"] = torch.mps.get_rng_state()
    kind, keys, *rest = np.random.get_state(legacy=True)
    return tensors, {"python": freeze(random.getstate()), "numpy": [kind, [int(key) for key in keys], *rest]}


def restore_random(tensors: Tensors, plain: Plain) -> None:
    """Puts back what `collect_random` gave."""
    torch.set_rng_state(tensors["random.cpu"].clone())
    for key, state in tensors.items():
        if key.startswith("random.cuda:") and torch.cuda.is_available():
            at = int(key.rpartition(":")[2])
            if at < torch.cuda.device_count():
                torch.cuda.set_rng_state(state.clone(), at)
        elif key == "random.mps" and torch.backends.mps.is_available():
            torch.mps.set_rng_state(state.clone())
    random.setstate(thaw(plain["python"]))
    kind, keys, *rest = plain["numpy"]
    np.random.set_state((kind, np.array(keys, dtype=np.uint32), *rest))


# --- plain values


def freeze(value: Any) -> Any:
    """A value as JSON that `thaw` turns back exactly; tuples are marked. Raises TypeError for what has no such form."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, tuple):
        return {"()": [freeze(part) for part in value]}
    if isinstance(value, list):
        return [freeze(part) for part in value]
    if isinstance(value, dict):
        return {"{}": [[freeze(key), freeze(part)] for key, part in value.items()]}
    if isinstance(value, torch.Tensor) and value.numel() == 1:
        return {"tensor": value.item(), "dtype": str(value.dtype).removeprefix("torch.")}
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} has no plain form")


def thaw(value: Any) -> Any:
    """What `freeze` was given."""
    if isinstance(value, list):
        return [thaw(part) for part in value]
    if isinstance(value, dict):
        if "()" in value:
            return tuple(thaw(part) for part in value["()"])
        if "{}" in value:
            return {thaw(key): thaw(part) for key, part in value["{}"]}
        if "tensor" in value:
            return torch.tensor(value["tensor"], dtype=getattr(torch, value["dtype"]))
        return {key: thaw(part) for key, part in value.items()}
    return value
