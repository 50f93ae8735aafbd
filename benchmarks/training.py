"""digits-mlp, trained by the worker with its curves on, against the same model in two loops written by hand."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.rows import Row, interleaved
from runtime import launch

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "assets" / "examples" / "digits-mlp.loom"
EPOCHS, ROUNDS, PATIENCE = 40, 5, 300.0


def run() -> Iterator[Row]:
    measures = {name: lambda name=name: by_hand(name) for name in ("dataloader", "best")}
    medians = interleaved({"worker": by_worker, **measures}, ROUNDS)
    yield Row(
        "training: digits-mlp against a DataLoader loop", medians["worker"], "µs/step", medians["dataloader"], 0.5
    )
    yield Row("training: digits-mlp against the best hand loop", medians["worker"], "µs/step", medians["best"], 1.0)


def by_worker() -> float:
    """Microseconds a step, validation and curves included, from the second epoch on."""
    with tempfile.TemporaryDirectory() as folder:
        run = launch.start(TEMPLATE.read_text("utf-8"), folder=Path(folder) / "run", overrides={"epochs": EPOCHS})
        status = launch.wait(run, PATIENCE)
        if status.state != "finished":
            raise RuntimeError(f"The run did not finish: it is {status.state}. {run.failure() or run.log()}")
        epochs = run.epochs()
        first, last = epochs[0], epochs[-1]
        return (last.seconds - first.seconds) / (last.step - first.step) * 1e6


def by_hand(name: str) -> float:
    """The same figure of one of the loops below, in a process of its own."""
    command = [sys.executable, "-P", "-m", "benchmarks.training", name]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, check=True, timeout=PATIENCE)
    return float(json.loads(done.stdout))


def hand_loop(name: str) -> float:
    """Trains as a tutorial would ("dataloader") or as one who knows torch would ("best")."""
    import time

    import torch
    from sklearn.datasets import load_digits
    from torch import nn
    from torch.nn import functional as F
    from torch.utils.data import DataLoader, TensorDataset

    torch.manual_seed(0)
    torch.set_num_threads(1)
    digits = load_digits()
    x = torch.tensor(digits.images, dtype=torch.float32)[:, None]
    y = torch.tensor(digits.target)
    chosen = torch.randperm(len(x))
    train, held = chosen[540:], chosen[:270]
    std, mean = torch.std_mean(x[train], dim=0)
    x = (x - mean) / torch.where(std > 0, std, 1.0)
    net = nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
    adam = torch.optim.Adam(net.parameters(), lr=2e-3, fused=name == "best" or None)

    def loader_epoch() -> None:
        net.train()
        seen, right = 0.0, 0
        for xs, ys in DataLoader(TensorDataset(x[train], y[train]), batch_size=32, shuffle=True):
            adam.zero_grad()
            scores = net(xs)
            loss = F.cross_entropy(scores, ys)
            loss.backward()
            adam.step()
            seen += loss.item() * len(xs)
            right += (scores.argmax(1) == ys).sum().item()
        net.eval()
        with torch.no_grad():
            for xs, ys in DataLoader(TensorDataset(x[held], y[held]), batch_size=32):
                scores = net(xs)
                seen += F.cross_entropy(scores, ys).item()
                right += (scores.argmax(1) == ys).sum().item()

    tx, ty, hx, hy = x[train], y[train], x[held], y[held]

    def best_epoch() -> None:
        net.train()
        losses, right = torch.zeros(()), torch.zeros((), dtype=torch.int64)
        for rows in torch.randperm(len(tx)).split(32):
            xs, ys = tx[rows], ty[rows]
            scores = net(xs)
            loss = F.cross_entropy(scores, ys)
            adam.zero_grad()
            loss.backward()
            adam.step()
            losses += loss.detach() * len(ys)
            right += (scores.detach().argmax(1) == ys).sum()
        net.eval()
        with torch.no_grad():
            scores = net(hx)
            (F.cross_entropy(scores, hy), (scores.argmax(1) == hy).sum())

    epoch = loader_epoch if name == "dataloader" else best_epoch
    epoch()
    begun = time.perf_counter()
    for _ in range(EPOCHS - 1):
        epoch()
    steps = (EPOCHS - 1) * -(-len(train) // 32)
    return (time.perf_counter() - begun) / steps * 1e6


if __name__ == "__main__":
    print(json.dumps(hand_loop(sys.argv[1])))
