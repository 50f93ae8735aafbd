"""Two loops as one writes them by hand: as tutorials do, and as one who knows torch."""

from collections.abc import Iterator
from typing import Any

import torch

from benchmarks.peers.given import Given


def tutorial(given: Given) -> dict[str, float]:
    """DataLoader, an optimizer as it comes, the loss fetched at each step."""
    net, device = given.net, given.task.device
    optimizer = given.optimizer(fused=False)
    schedule, when = given.schedule(optimizer)
    train, held = given.loaders()
    for _ in range(given.task.epochs):
        net.train()
        running, right = 0.0, 0
        for xs, ys in train:
            xs, ys = xs.to(device), ys.to(device)
            optimizer.zero_grad()
            with given.autocast():
                scores = net(xs)
                loss = given.loss(scores, ys)
            loss.backward()
            optimizer.step()
            if when == "step":
                schedule.step()
            running += loss.item() * len(ys)
            if given.classes:
                right += (scores.argmax(1) == ys).sum().item()
        figures = _tutorial_look(given, held)
        if when == "epoch":
            schedule.step()
        given.end_epoch()
    return given.told(*figures)


def _tutorial_look(given: Given, held: Any) -> tuple[float, float]:
    """Loss and accuracy of the validation rows."""
    given.net.eval()
    loss, right, rows, device = 0.0, 0, 0, given.task.device
    with torch.no_grad():
        for xs, ys in held:
            xs, ys = xs.to(device), ys.to(device)
            with given.autocast():
                scores = given.net(xs)
                loss += given.loss(scores, ys).item() * len(ys)
            if given.classes:
                right += (scores.argmax(1) == ys).sum().item()
            rows += ys.numel()
    return loss / len(given.held[1]), right / rows


def best(given: Given) -> dict[str, float]:
    """Rows on the device, sliced there; a fused optimizer; figures added up on the device, fetched once an epoch."""
    optimizer = given.optimizer(fused=True)
    schedule, when = given.schedule(optimizer)
    train, held = ([values.to(given.task.device) for values in part] for part in (given.train, given.held))
    for epoch in range(given.task.epochs):
        given.net.train()
        loss, right = torch.zeros((), device=train[0].device), torch.zeros((), device=train[0].device)
        for xs, ys in _mixed(given, train, epoch):
            with given.autocast():
                scores = given.net(xs)
                one = given.loss(scores, ys)
            optimizer.zero_grad()
            one.backward()
            optimizer.step()
            if when == "step":
                schedule.step()
            loss += one.detach() * len(ys)
            if given.classes:
                right += (scores.argmax(1) == ys).sum()
        (loss / len(train[1])).item(), (right / train[1].numel()).item()
        figures = _best_look(given, held)
        if when == "epoch":
            schedule.step()
        given.end_epoch()
    return given.told(*figures)


def compiled(given: Given) -> dict[str, float]:
    """The best loop with the net compiled; the batch that is smaller than the others goes without."""
    net = given.net
    fast = torch.compile(net)

    def forward(xs: torch.Tensor) -> torch.Tensor:
        whole = net.training and len(xs) == given.task.batch
        scores: torch.Tensor = (fast if whole else net)(xs)
        return scores

    given.net = Compiled(net, forward)
    return best(given)


class Compiled(torch.nn.Module):
    """A net whose call goes another way."""

    def __init__(self, net: torch.nn.Module, forward: Any) -> None:
        super().__init__()
        self.net, self.forward = net, forward


def _mixed(given: Given, part: list[torch.Tensor], epoch: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Batches in the order that Neuroloom takes in this epoch, so that the figures can be compared to the digit."""
    chance = torch.Generator().manual_seed(given.task.seed * 1_000_003 + epoch)
    x, y = part
    for rows in torch.randperm(len(x), generator=chance).to(x.device).split(given.task.batch):
        yield x[rows], y[rows]


@torch.no_grad()
def _best_look(given: Given, held: list[torch.Tensor]) -> tuple[float, float]:
    """Loss and accuracy of the validation rows."""
    given.net.eval()
    loss, right = torch.zeros((), device=held[0].device), torch.zeros((), device=held[0].device)
    for xs, ys in zip(*(values.split(4 * given.task.batch) for values in held), strict=True):
        with given.autocast():
            scores = given.net(xs)
            loss += given.loss(scores, ys) * len(ys)
        if given.classes:
            right += (scores.argmax(1) == ys).sum()
    return (loss / len(held[1])).item(), (right / held[1].numel()).item()
