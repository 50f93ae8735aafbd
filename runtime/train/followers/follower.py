"""What every follower of a training may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runtime.protocol import Epoch
    from runtime.train.loop import Loop


class Follower:
    """Is told when something happens in a training. It may look at all of the loop and say `loop.end(…)`.

    Nothing is told at every step: what is done a few hundred thousand times must cost nothing.
    """

    name = ""
    """The key of its state in checkpoints; nothing where it has none."""

    def begin(self, loop: Loop) -> None:
        """The first step comes next, of a new training or of one that is taken up."""

    def tick(self, loop: Loop) -> None:
        """A tenth of a second has passed, or an epoch's steps are over; the new steps are in `loop.fresh`."""

    def epoch(self, loop: Loop, epoch: Epoch) -> Epoch:
        """An epoch is over and measured. Gives back its record, perhaps with something added."""
        return epoch

    def done(self, loop: Loop) -> None:
        """All that an epoch's end brings has happened: the place between two epochs."""

    def finish(self, loop: Loop) -> None:
        """The training is over."""

    def state(self) -> dict[str, Any]:
        """What it needs to go on, as plain JSON."""
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Takes what `state` gave."""
