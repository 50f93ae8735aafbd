"""Drawings with several phases: generators and the networks that judge them."""

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from graph.catalogue import standard
from graph.project import parse
from runtime.program import Program
from tests.runtime.drawings import program_of

Layer = tuple[str, str, Mapping[str, Any]]
ADAM = {"lr": 1e-3, "betas": [0.5, 0.9]}


def chain(*layers: Layer) -> dict[str, Any]:
    """A block whose layers stand one behind the other."""
    nodes = [{"id": "x", "kind": "Input"}, *({"id": id, "kind": kind, "params": params} for id, kind, params in layers)]
    names = ["x", *(id for id, _, _ in layers), "y"]
    ends = pairwise(names)
    wires = [f"{a}.{'x' if a == 'x' else 'y'} -> {b}.x" for a, b in ends]
    return {"nodes": [*nodes, {"id": "y", "kind": "Output"}], "wires": wires}


def text_of(
    nodes: Sequence[tuple[Any, ...]], wires: Sequence[Any], blocks: Mapping[str, Any], run: Mapping[str, Any]
) -> str:
    """A project from (id, kind, parameters, the node whose weights it shares) and the rest as in the file."""
    listed = []
    for id, kind, *rest in nodes:
        params, shares = rest[0] if rest else {}, rest[1] if len(rest) > 1 else ""
        listed.append({"id": id, "kind": kind, "params": params, **({"shares": shares} if shares else {})})
    project = {"format": "neuroloom", "version": 1, "nodes": listed, "wires": list(wires), "blocks": dict(blocks)}
    return json.dumps({**project, "run": {"epochs": 2, "threads": 1, **run}})


def program(text: str) -> Program:
    return program_of(parse(text, standard()))


GENERATOR = chain(
    ("fc1", "Linear", {"out_features": 16}), ("norm", "BatchNorm1d", {}), ("act", "ReLU", {}),
    ("fc2", "Linear", {"out_features": 64}), ("tanh", "Tanh", {}),
    ("image", "Unflatten", {"dim": 1, "unflattened_size": [1, 8, 8]}),
)  # fmt: skip
JUDGE = chain(
    ("conv1", "Conv2d", {"out_channels": 4, "kernel_size": 4, "stride": 2, "padding": 1}),
    ("act1", "LeakyReLU", {"negative_slope": 0.2}),
    ("conv2", "Conv2d", {"out_channels": 8, "kernel_size": 4, "stride": 2, "padding": 1}),
    ("norm", "BatchNorm2d", {}), ("act2", "LeakyReLU", {"negative_slope": 0.2}),
    ("flat", "Flatten", {}), ("fc", "Linear", {"out_features": 1}),
)  # fmt: skip


def digits_gan(run: Mapping[str, Any] | None = None, *, every: int = 1, trains: Mapping[str, Any] | None = None) -> str:
    """A generator of digits and a discriminator, with batch norm both."""
    lists = {"opt_d": ["d"], "opt_g": [], **(trains or {})}
    nodes = [
        ("digits", "Digits", {"batch_size": 10}), ("z", "Noise", {"shape": [6]}), ("g", "Generator"),
        ("d", "Discriminator"), ("d_fake", "Discriminator", {}, "d"),
        ("loss_real", "AdversarialLoss"), ("loss_fake", "AdversarialLoss", {"target": "fake"}),
        ("loss_g", "AdversarialLoss"), ("opt_d", "Adam", {**ADAM, "trains": lists["opt_d"]}),
        ("opt_g", "Adam", {**ADAM, "every": every, "trains": lists["opt_g"]}), ("out", "Output"),
    ]  # fmt: skip
    wires = [
        "z.x -> g.x", "g.y -> out.x", "digits.x -> d.x", "g.y -> d_fake.x", "d.y -> loss_real.prediction",
        "d_fake.y -> loss_fake.prediction", "d_fake.y -> loss_g.prediction", "loss_real.loss -> opt_d.loss",
        "loss_fake.loss -> opt_d.loss", "loss_g.loss -> opt_g.loss",
    ]  # fmt: skip
    return text_of(nodes, wires, {"Generator": GENERATOR, "Discriminator": JUDGE}, run or {})


def conditional_gan(run: Mapping[str, Any] | None = None) -> str:
    """Labels go into generator and discriminator; all layers are drawn one by one."""
    nodes = [
        ("digits", "Digits", {"batch_size": 8}), ("z", "Noise", {"shape": [6]}),
        ("emb", "Embedding", {"num_embeddings": 10, "embedding_dim": 4}), ("both", "Concatenate"),
        ("fc1", "Linear", {"out_features": 16}), ("act", "ReLU"), ("fc2", "Linear", {"out_features": 64}),
        ("flat", "Flatten"), ("told", "Embedding", {"num_embeddings": 10, "embedding_dim": 4}),
        ("seen", "Concatenate"), ("seen_fake", "Concatenate"), ("d", "Linear", {"out_features": 1}),
        ("d_fake", "Linear", {"out_features": 1}, "d"), ("loss_real", "AdversarialLoss"),
        ("loss_fake", "AdversarialLoss", {"target": "fake"}), ("loss_g", "AdversarialLoss"),
        ("opt_d", "SGD", {"lr": 0.05, "trains": ["told", "d_fake"]}), ("opt_g", "SGD", {"lr": 0.05, "momentum": 0.5}),
        ("out", "Output"),
    ]  # fmt: skip
    wires = [
        "z.x -> both.a", "digits.y -> emb.x", "emb.y -> both.b", "both.y -> fc1.x", "fc1.y -> act.x",
        "act.y -> fc2.x", "fc2.y -> out.x", "digits.x -> flat.x", "digits.y -> told.x", "flat.y -> seen.a",
        "told.y -> seen.b", "fc2.y -> seen_fake.a", "told.y -> seen_fake.b", "seen.y -> d.x", "seen_fake.y -> d_fake.x",
        "d.y -> loss_real.prediction", "d_fake.y -> loss_fake.prediction", "d_fake.y -> loss_g.prediction",
        "loss_real.loss -> opt_d.loss", "loss_fake.loss -> opt_d.loss", "loss_g.loss -> opt_g.loss",
    ]  # fmt: skip
    return text_of(nodes, wires, {}, run or {})


def ring_wgan(run: Mapping[str, Any] | None = None, *, every: int = 5, at: str = "mix") -> str:
    """A critic with a gradient penalty at every step, its generator at every fifth. `at`: where slopes are measured."""
    wide = {"out_features": 12}
    generator = chain(("fc1", "Linear", wide), ("act", "ReLU", {}), ("fc2", "Linear", {"out_features": 2}))
    critic = chain(("fc1", "Linear", wide), ("act", "Tanh", {}), ("fc2", "Linear", {"out_features": 1}))
    nodes = [
        ("ring", "Blobs", {"clouds": 8, "batch_size": 16, "samples": 200}), ("z", "Noise", {"shape": [3]}),
        ("eps", "Noise", {"shape": [1], "distribution": "uniform"}), ("g", "Generator"), ("c", "Critic"),
        ("c_fake", "Critic", {}, "c"), ("mix", "Lerp"), ("c_between", "Critic", {}, "c"), ("real", "WassersteinLoss"),
        ("fake", "WassersteinLoss", {"target": "fake"}), ("penalty", "GradientPenalty"), ("fool", "WassersteinLoss"),
        ("opt_c", "Adam", {**ADAM, "trains": ["c"]}), ("opt_g", "Adam", {**ADAM, "every": every, "trains": ["g"]}),
        ("out", "Output"),
    ]  # fmt: skip
    of = {"mix": "c_between", "ring": "c", "g": "c_fake"}[at]
    wires = [
        "z.x -> g.x", "g.y -> out.x", "ring.x -> c.x", "g.y -> c_fake.x", "g.y -> mix.a", "ring.x -> mix.b",
        "eps.x -> mix.weight", "mix.y -> c_between.x", "c.y -> real.prediction", "c_fake.y -> fake.prediction",
        f"{of}.y -> penalty.prediction", f"{at}.{'x' if at == 'ring' else 'y'} -> penalty.x",
        "c_fake.y -> fool.prediction", "real.loss -> opt_c.loss", "fake.loss -> opt_c.loss",
        {"wire": "penalty.loss -> opt_c.loss", "weight": 0.3}, "fool.loss -> opt_g.loss",
    ]  # fmt: skip
    return text_of(nodes, wires, {"Generator": generator, "Critic": critic}, run or {})


def adversarial_autoencoder(run: Mapping[str, Any] | None = None) -> str:
    """An encoder that two optimizers train, on what it loses and on how its codes are spread."""
    nodes = [
        ("digits", "Digits", {"batch_size": 8}), ("flat", "Flatten"), ("z", "Noise", {"shape": [3]}),
        ("enc", "Linear", {"out_features": 3}), ("dec", "Linear", {"out_features": 64}),
        ("d", "Linear", {"out_features": 1}), ("d_fake", "Linear", {"out_features": 1}, "d"), ("lost", "MSELoss"),
        ("real", "AdversarialLoss"), ("fake", "AdversarialLoss", {"target": "fake"}), ("fool", "AdversarialLoss"),
        ("opt_ae", "SGD", {"lr": 1e-3, "trains": ["enc", "dec"]}), ("opt_d", "SGD", {"lr": 1e-2, "trains": ["d"]}),
        ("opt_e", "SGD", {"lr": 1e-2, "trains": ["enc"]}), ("out", "Output"),
    ]  # fmt: skip
    wires = [
        "digits.x -> flat.x", "flat.y -> enc.x", "enc.y -> dec.x", "dec.y -> lost.prediction",
        "dec.y -> out.x", "flat.y -> lost.target",
        "z.x -> d.x", "enc.y -> d_fake.x", "d.y -> real.prediction", "d_fake.y -> fake.prediction",
        "d_fake.y -> fool.prediction", "lost.loss -> opt_ae.loss", "real.loss -> opt_d.loss", "fake.loss -> opt_d.loss",
        "fool.loss -> opt_e.loss",
    ]  # fmt: skip
    return text_of(nodes, wires, {}, run or {})
