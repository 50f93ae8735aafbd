"""Each kind of data goes through a small network of its own: what it gives is read, compiled and learned from."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.runtime.training import Nodes, text_of, train

ENDS = ["loss.loss -> adam.loss"]
Drawing = tuple[Nodes, Sequence[str]]


def chain(data: tuple[str, dict[str, Any]], *layers: tuple[str, str, dict[str, Any]], loss: str) -> Drawing:
    """Data, layers one behind the other, a loss between the last and the answer."""
    nodes: dict[str, tuple[str, dict[str, Any]]] = {"data": data, "loss": (loss, {}), "adam": ("Adam", {"lr": 0.01})}
    nodes |= {id: (kind, params) for id, kind, params in layers}
    ports = ["data.x", *(f"{id}.y" for id, _, _ in layers)]
    wires = [f"{port} -> {id}.x" for port, (id, _, _) in zip(ports, layers, strict=False)]
    return nodes, [*wires, f"{ports[-1]} -> loss.prediction", "data.y -> loss.target", *ENDS]


def siamese() -> Drawing:
    nodes: Nodes = {
        "data": ("Pairs", {"of": "Iris", "samples": 400}),
        "fc_a": ("Linear", {"out_features": 8}), "fc_b": ("Linear", {"out_features": 8, "shares": "fc_a"}),
        "near": ("PairwiseDistance", {}), "score": ("Linear", {"out_features": 1}), "row": ("Unsqueeze", {"dim": 1}),
        "loss": ("BCEWithLogitsLoss", {}), "adam": ("Adam", {"lr": 0.02}),
    }  # fmt: skip
    return nodes, [
        "data.a -> fc_a.x", "data.b -> fc_b.x", "fc_a.y -> near.x1", "fc_b.y -> near.x2", "near.y -> row.x",
        "row.y -> score.x", "score.y -> loss.prediction", "data.y -> loss.target", *ENDS,
    ]  # fmt: skip


TURN = ("turn", "Transpose", {"dim0": 1, "dim1": 2})
LAST = ("last", "LastStep", {})


def out(count: int) -> tuple[str, str, dict[str, Any]]:
    return ("fc", "Linear", {"out_features": count})


DRAWINGS: dict[str, Drawing] = {
    "series": chain(("Series", {"series": "macrodata", "target": "unemp", "length": 8, "horizon": 2}),
                    ("scale", "Standardize", {}), ("gru", "GRU", {"hidden_size": 16}), LAST, out(2), loss="MSELoss"),
    "series shifted": chain(("Series", {"series": "elnino", "answer": "shifted"}), ("scale", "Standardize", {}),
                            ("lstm", "LSTM", {"hidden_size": 16}), out(1), loss="MSELoss"),
    "words": chain(("TextFile", {"unit": "words", "answer": "last", "length": 16, "stride": 4}),
                   ("embedding", "Embedding", {"num_embeddings": 334}), ("gru", "GRU", {"hidden_size": 16}), LAST,
                   out(334), loss="CrossEntropyLoss"),
    "sentences": chain(("Sentences", {}), ("embedding", "Embedding", {"num_embeddings": 439}),
                       ("mean", "Mean", {"dim": 1}), out(2), loss="CrossEntropyLoss"),
    "adding": chain(("Sequences", {}), ("lstm", "LSTM", {"hidden_size": 16}), LAST, out(1), loss="MSELoss"),
    "labelling": chain(("Sequences", {"task": "parity at each step", "length": 6}), ("rnn", "RNN", {"hidden_size": 16}),
                       out(2), TURN, loss="CrossEntropyLoss"),
    "continue": chain(("Sequences", {"task": "continue"}), ("gru", "GRU", {"hidden_size": 16}), LAST, out(1),
                      loss="MSELoss"),
    "segmentation": chain(("Shapes", {"samples": 60, "size": 16}),
                          ("conv1", "Conv2d", {"out_channels": 16, "kernel_size": 5, "padding": 2}),
                          ("relu", "ReLU", {}),
                          ("conv2", "Conv2d", {"out_channels": 4, "kernel_size": 5, "padding": 2}),
                          loss="CrossEntropyLoss"),
    "super-resolution": chain(("LowHigh", {}), ("conv", "Conv2d", {"out_channels": 4, "kernel_size": 3, "padding": 1}),
                              ("shuffle", "PixelShuffle", {"upscale_factor": 2}), loss="MSELoss"),
    "mnist": chain(("MNIST5k", {"batch_size": 256}), ("flat", "Flatten", {}), out(10), loss="CrossEntropyLoss"),
    "siamese": siamese(),
}  # fmt: skip


@pytest.mark.parametrize("name", DRAWINGS)
def test_it_is_learned_from(name: str, tmp_path: Path) -> None:
    nodes, wires = DRAWINGS[name]
    trained = train(tmp_path, text_of(nodes, wires, {"epochs": 3, "threads": 1, "seed": 0}))
    run = trained.run
    assert trained.code == 0, run.failure()
    losses = [epoch.train["loss"] for epoch in run.epochs()]
    assert np.isfinite(losses).all()
    assert losses[-1] < losses[0]
    assert "loss" in run.epochs()[-1].validation


def test_arrays_of_tokens_with_a_label_at_each_step(tmp_path: Path) -> None:
    tokens = np.random.default_rng(0).integers(0, 5, (200, 7))
    np.savez(tmp_path / "tokens.npz", x=tokens, y=(tokens > 2).astype(int))
    data = ("Arrays", {"path": str(tmp_path / "tokens.npz"), "inputs_are": "tokens", "sequence": True})
    nodes, wires = chain(data, ("embedding", "Embedding", {}), out(2), TURN, loss="CrossEntropyLoss")
    trained = train(tmp_path / "run", text_of(nodes, wires, {"epochs": 8, "threads": 1}))
    assert trained.run.epochs()[-1].train["loss"] < 0.3
