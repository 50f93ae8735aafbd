"""What a drawing with blocks and loops means, worked out node by node from the file, with the weights of its net."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import networkx as nx
import torch
from torch import nn
from torch.nn import functional as F

from tests.runtime.random_blocks import Drawn

Given = tuple[torch.Tensor, bool]
"""A value, and whether its second side is the length of the sequence."""


class Meaning:
    """One level with its parameters, what comes into it, and the weights under a path."""

    def __init__(
        self, drawn: Drawn, level: str, params: Mapping[str, Any], inputs: Mapping[str, Given],
        weights: Mapping[str, torch.Tensor], path: str,
    ) -> None:  # fmt: skip
        self.drawn, self.level, self.params, self.inputs = drawn, level, params, inputs
        self.weights, self.path = weights, path
        self.nodes = {one["id"]: one for one in drawn.levels[level]["nodes"]}
        self.into: dict[str, dict[str, tuple[str, str, str]]] = {id: {} for id in self.nodes}
        for wire in drawn.levels[level]["wires"]:
            source, target = wire.split(" -> ")
            at, _, select = source.partition("[")
            self.into[target.split(".")[0]][target.split(".")[1]] = (*at.split("."), select)
        arcs = [(wire[0], id) for id, ports in self.into.items() for wire in ports.values()]
        graph = nx.DiGraph(arcs)
        self.loops = {id: found for found in nx.strongly_connected_components(graph) if len(found) > 1 for id in found}
        self.known: dict[tuple[str, str], Given] = {}

    def outputs(self) -> dict[str, Given]:
        return {id: self.input(id, "x") for id, one in self.nodes.items() if one["kind"] == "Output"}

    def input(self, id: str, port: str) -> Given:
        source, at, select = self.into[id][port]
        value, sequence = self.value(source, at)
        return (value[..., : int(select[:-1].split(":")[1])] if select else value), sequence

    def value(self, id: str, port: str) -> Given:
        if (id, port) not in self.known:
            if id in self.loops:
                self.go_round(self.loops[id])
            else:
                self.known |= {(id, name): value for name, value in self.compute(id).items()}
        return self.known[id, port]

    def typed(self, value: Any) -> Any:
        return eval(value[1:], {}, dict(self.params)) if isinstance(value, str) and value.startswith("=") else value

    def weight(self, id: str, name: str) -> torch.Tensor | None:
        return self.weights.get(f"{self.path}{id}.{name}")

    # --- loops

    def go_round(self, members: set[str]) -> None:
        delays = [id for id in members if self.nodes[id]["kind"] == "Delay"]
        entering = {(wire[0], wire[1]) for id in members for wire in self.into[id].values() if wire[0] not in members}
        whole = {spot: self.value(*spot) for spot in entering}
        lengths = {value.shape[1] for value, sequence in whole.values() if sequence}
        steps = [self.nodes[id]["params"]["steps"] for id in delays if "steps" in self.nodes[id]["params"]]
        (length,) = lengths or steps
        rows = max(value.shape[0] for value, _ in self.inputs.values())
        state = {id: self.start(id, rows) for id in delays}
        found: dict[tuple[str, str], list[torch.Tensor]] = {}
        for t in range(length):
            step = Meaning(self.drawn, self.level, self.params, self.inputs, self.weights, self.path)
            step.loops = {}
            step.known = {
                spot: (value[:, t] if sequence else value, False) for spot, (value, sequence) in whole.items()
            }
            step.known |= {(id, "y"): (value, False) for id, value in state.items()}
            following = {id: step.input(id, "x")[0] for id in delays}
            for (id, port), (value, _) in [(spot, v) for spot, v in step.known.items() if spot[0] in members]:
                found.setdefault((id, port), []).append(value)
            state = following
        for spot, values in found.items():
            wide = torch.broadcast_tensors(*values)
            self.known[spot] = torch.stack(wide, 1), bool(lengths)

    def start(self, id: str, rows: int) -> torch.Tensor:
        if "initial" in self.into[id]:
            value, sequence = self.input(id, "initial")
            return value[:, 0] if sequence else value
        learned = self.weight(id, "weight")
        width = self.typed(self.drawn.sizes[self.level][id])
        return torch.zeros(rows, width, dtype=torch.float64) if learned is None else learned.expand(rows, -1)

    # --- nodes

    def compute(self, id: str) -> dict[str, Given]:
        one = self.nodes[id]
        own = id
        if "shares" in one:
            own = one["shares"]
            one = self.nodes[own]
        kind = one["kind"]
        params = {name: self.typed(value) for name, value in one["params"].items()}
        if kind in self.drawn.levels:
            return self.place(id, own, one, params)
        if id in self.inputs:
            return {"x": self.inputs[id]}
        if kind == "Concatenate" and self.nodes[self.into[id]["a"][0]]["kind"] == "Neuron":
            source = self.input(self.into[id]["a"][0], "x")[0]
            bent = F.linear(source, self.weight(id, "weight"), self.weight(id, "bias")).tanh()
            return {"y": (bent, False)}
        x, sequence = self.input(id, next(iter(sorted(self.into[id]))))
        if kind == "LSTM":
            layer = nn.LSTM(x.shape[-1], params["hidden_size"], batch_first=True).double()
            named = {name: self.weight(own, name) for name, _ in layer.named_parameters()}
            y, (h, _) = torch.func.functional_call(layer, named, x)
            return {"y": (y, True), "h": (h[0], False)}
        if kind == "Chunk":
            return {port: (value, sequence) for port, value in zip("ab", x.chunk(2, -1), strict=True)}
        others = [self.input(id, port)[0] for port in sorted(self.into[id])[1:]]
        return {"y": (self.plain(kind, own, params, x, others), sequence and kind != "LastStep")}

    def plain(self, kind: str, own: str, params: Mapping[str, Any], x: torch.Tensor, others: list[Any]) -> torch.Tensor:
        match kind:
            case "Linear":
                return F.linear(x, self.weight(own, "weight"), self.weight(own, "bias"))
            case "Tanh":
                return x.tanh()
            case "Sigmoid":
                return x.sigmoid()
            case "Scale":
                return x * params.get("factor", 1.0)
            case "Add":
                return x + others[0]
            case "Multiply":
                return x * others[0]
            case "Concatenate":
                return torch.cat([x, *others], -1)
            case "Identity":
                return x
            case "LastStep":
                return x[:, -1]
            case "Mean":
                return x.mean(1)
            case "Reverse":
                return x.flip(1)
        raise NotImplementedError(kind)

    def place(self, id: str, own: str, one: Mapping[str, Any], params: Mapping[str, Any]) -> dict[str, Given]:
        definition = self.drawn.levels[one["kind"]]
        ports = [inner["id"] for inner in definition["nodes"] if inner["kind"] == "Input"]
        inputs = {port: self.input(id, port) for port in ports}
        repeat = one.get("repeat", {"times": 1, "shared": True})
        times = self.typed(repeat["times"])
        found: dict[str, Given] = {}
        for at in range(times):
            copy = f"{own}.{at}." if times > 1 and not repeat["shared"] else f"{own}."
            values = {**definition["params"], **params}
            inner = Meaning(self.drawn, one["kind"], values, inputs, self.weights, self.path + copy)
            found = inner.outputs()
            inputs = {**inputs, ports[0]: next(iter(found.values()))}
        return found
