"""ResNet-18 as it is built for pictures of 32 × 32, on pictures that are made: a drawing that can be trained."""

import json
from pathlib import Path
from typing import Any

ARCHITECTURE = Path(__file__).resolve().parent.parent.parent / "assets" / "architectures" / "resnet-18.loom"
ROWS, BATCH, CLASSES = 25_600, 256, 10
FILE = "pictures.npz"
LEFT_OUT = {"image", "pool", "scores"}
"""Nodes of the architecture that have no place here."""


def drawing(folder: Path, rows: int = ROWS, batch: int = BATCH) -> str:
    """The shipped architecture with a small first convolution and no pooling, rows, a loss and an optimizer."""
    path = folder.absolute() / FILE
    make(path, rows)
    found: dict[str, Any] = json.loads(ARCHITECTURE.read_text(encoding="utf-8"))
    nodes = {node["id"]: node for node in found["nodes"] if node["id"] not in LEFT_OUT}
    nodes["conv1"]["params"] |= {"kernel_size": 3, "stride": 1, "padding": 1}
    nodes["fc"]["params"]["out_features"] = CLASSES
    pairs = [wire["wire"] if isinstance(wire, dict) else wire for wire in found["wires"]]
    kept = [pair for pair in pairs if LEFT_OUT.isdisjoint(end.split(".")[0] for end in pair.split(" -> "))]
    data = {"id": "pictures", "kind": "Arrays", "params": {"path": str(path), "batch_size": batch}}
    ends = [data, *({"id": name.lower(), "kind": kind} for name, kind in ENDS), OPTIMIZER]
    found["nodes"] = [*nodes.values(), *({**node, "at": [240 * at, 480]} for at, node in enumerate(ends))]
    found["wires"] = [*kept, *WIRES]
    return json.dumps(found)


ENDS = (("loss", "CrossEntropyLoss"), ("accuracy", "Accuracy"))
OPTIMIZER: dict[str, Any] = {"id": "adam", "kind": "Adam", "params": {"lr": 0.001}}
WIRES = (
    "pictures.x -> conv1.x", "relu1.y -> stage1.x", "fc.y -> loss.prediction", "pictures.y -> loss.target",
    "fc.y -> accuracy.prediction", "pictures.y -> accuracy.target", "loss.loss -> adam.loss",
)  # fmt: skip


def make(path: Path, rows: int) -> None:
    """Pictures of noise with a pattern of their class in them, the same each time."""
    import numpy as np

    chance = np.random.default_rng(0)
    patterns = chance.normal(size=(CLASSES, 3, 32, 32))
    y = chance.integers(CLASSES, size=rows)
    x = chance.normal(size=(rows, 3, 32, 32)) + 0.1 * patterns[y]
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, x=x.astype("float32"), y=y)
