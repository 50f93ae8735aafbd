"""The same training by skorch, which tells loss, and accuracy of the validation rows where it can."""

from typing import Any

import torch
from skorch import NeuralNet, NeuralNetClassifier
from skorch.callbacks import Callback, LRScheduler
from skorch.helper import predefined_split
from torch.utils.data import TensorDataset

from benchmarks.peers.given import Given


class Clock(Callback):
    """Tells when an epoch has ended."""

    def __init__(self, given: Given) -> None:
        self.given = given

    def on_epoch_end(self, net: Any, **unused: Any) -> None:
        self.given.end_epoch()


def run(given: Given) -> dict[str, float]:
    task, right = given.task, given.task.figure == "accuracy"
    kind, criterion = (NeuralNetClassifier if right else NeuralNet), torch.nn.CrossEntropyLoss
    train, held = given.train, given.held
    if not given.classes:
        criterion = torch.nn.MSELoss  # type: ignore[assignment]  # the two share no narrower base than Module
        train, held = [train[0], train[1][:, None]], [held[0], held[1][:, None]]
    net = kind(
        given.net, criterion=criterion, optimizer=getattr(torch.optim, task.optimizer), lr=task.rate,
        optimizer__fused=True, max_epochs=task.epochs, batch_size=task.batch, iterator_train__shuffle=True,
        iterator_valid__batch_size=4 * task.batch, train_split=predefined_split(TensorDataset(*held)), verbose=0,
        device=task.device, callbacks=[*_schedule(given), ("clock", Clock(given))],
    )  # fmt: skip
    net.fit(*train)
    last = net.history[-1]
    return given.told(last["valid_loss"], last["valid_acc"] if right else 0)


def _schedule(given: Given) -> list[tuple[str, LRScheduler]]:
    task = given.task
    if task.schedule == "OneCycleLR":
        steps = task.epochs * given.steps
        settings: dict[str, Any] = {"max_lr": task.rate, "total_steps": steps, "step_every": "batch"}
    elif task.schedule:
        settings = {"T_max": task.epochs}
    else:
        return []
    return [("schedule", LRScheduler(getattr(torch.optim.lr_scheduler, task.schedule), **settings))]
