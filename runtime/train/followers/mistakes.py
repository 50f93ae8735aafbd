"""Follows the perceptron's rule: says when it has come to rest, and why it never will."""

from __future__ import annotations

from typing import Any

import torch

from runtime.protocol import Epoch
from runtime.train.followers.follower import Follower
from runtime.train.loop import Loop
from runtime.train.separable import separable
from runtime.train.taught import Taught

PATIENCE = 10
"""Epochs with mistakes after which the question is asked whether they can end at all."""

CUT = {1: "a threshold", 2: "a straight line", 3: "a plane"}


class Mistakes(Follower):
    """Tells once that an epoch was without a mistake; or, after some with mistakes, what stands in the way."""

    def __init__(self, taught: Taught) -> None:
        self.taught, self.name = taught, f"mistakes of {taught.figure}"
        self.told = False
        self.hopeful = False

    def epoch(self, loop: Loop, epoch: Epoch) -> Epoch:
        share = epoch.train.get(self.taught.figure)
        if share is None or self.told:
            return epoch
        if share == 0:
            self._tell(loop, f"answered every row right in epoch {epoch.epoch}: its weights are at rest.", "good")
        elif not self.hopeful and epoch.epoch >= min(PATIENCE, loop.epochs):
            self._ask(loop, epoch.epoch)
        return epoch

    def finish(self, loop: Loop) -> None:
        if self.hopeful and not self.told and loop.epoch >= loop.epochs:
            few = f"{loop.epochs} epochs were too few to come to rest"
            self._tell(loop, f"can part the classes without a mistake, but {few}: train longer.")

    def _ask(self, loop: Loop, epochs: int) -> None:
        """Whether the rows can be parted at all, as far as that can be found out."""
        cut, answers = "a flat cut", list[bool | None]([None])
        if self.taught.labels is not None:
            x, labels = self._rows(loop, self.taught.labels)
            cut, bias = CUT.get(x.shape[1], cut), loop_layer(loop, self.taught.layer).bias is not None
            answers = [separable(x.numpy(), side.numpy(), bias=bias) for side in labels.unbind(1)]
        if False in answers:
            why = f"no weights would do: {cut} cannot part the two classes (they are not linearly separable)"
            help = "What helps is a hidden layer with a Tanh, a loss and an Adam, as in the template xor-neurons"
            self._tell(loop, f"made mistakes in each of {epochs} epochs, and {why}, so they never end. {help}.")
        elif None in answers:
            maybe = f"perhaps {cut} cannot part the two classes; then hidden layers and an optimizer such as Adam help"
            self._tell(loop, f"made mistakes in each of {epochs} epochs: {maybe}.")
        self.hopeful = None not in answers

    def _rows(self, loop: Loop, place: int) -> tuple[torch.Tensor, torch.Tensor]:
        """What enters the layer for the training rows, and for each of its answers whether it should be up."""
        taken: list[torch.Tensor] = []
        layer = loop_layer(loop, self.taught.layer)
        hook = layer.register_forward_pre_hook(lambda module, given: taken.append(given[0].detach().double().cpu()))
        try:
            for batch in loop.batches(loop.data["train"]):
                loop.training.evaluate(*batch)
        finally:
            hook.remove()
        labels = loop.data["train"][place].detach().cpu() > 0
        return torch.cat(taken), labels.reshape(len(labels), -1)

    def _tell(self, loop: Loop, text: str, level: str = "warning") -> None:
        self.told = True
        loop.recorder.event(
            "message", text=f"{self.taught.figure} {text}", level=level, epoch=loop.epoch, step=loop.step
        )

    def state(self) -> dict[str, Any]:
        return {"told": self.told, "hopeful": self.hopeful}

    def restore(self, state: dict[str, Any]) -> None:
        self.told, self.hopeful = state["told"], state["hopeful"]


def loop_layer(loop: Loop, key: str) -> Any:
    """A module of the training by its key."""
    home, _, name = key.partition(".")
    return getattr(getattr(loop.training, home), name)
