"""The training loop: takes the generated source through its epochs and tells its followers; it knows no file."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from runtime.protocol import FLUSH_SECONDS, Epoch
from runtime.train.checkpoint import Checkpoint
from runtime.train.meter import Meter, numbers_and_tables, small
from runtime.train.state import OTHERS, Tensors, collect, collect_random, modules, optimizers, restore, restore_random
from runtime.train.watch import Watch

if TYPE_CHECKING:
    from runtime.recorder import Recorder
    from runtime.train.followers.follower import Follower
    from runtime.train.processes import Team

Batch = Sequence[torch.Tensor]


class Ending(Enum):
    """Why a training is over."""

    FINISHED = "finished"
    EARLY = "early"
    STOPPED = "stopped"


class Diverged(Exception):
    """A loss is no number any more."""

    def __init__(self, step: int, figure: str, value: float) -> None:
        super().__init__(f"{figure} is {value} at step {step}")
        self.step, self.figure, self.value = step, figure, value


class Loop:
    """Trains. `epoch` counts whole epochs done, `step` steps over all epochs.

    `batches(part, turn)` is the generated function: with a turn the batches of an epoch, without one those of a part in
    its order. `data` holds for each part the tensors of a step's arguments, on the device. `rates` names the learning
    rate of an optimizer attribute. `team`: the processes that share each batch, if there are several; they look at the
    same steps, and only the leader has followers. `streams`: rows are read when they are needed, and `batches` can
    begin anywhere.
    """

    def __init__(
        self,
        training: Any,
        *,
        data: Mapping[str, Batch],
        batches: Callable[..., Iterator[Batch]],
        meter: Meter,
        epochs: int,
        steps_per_epoch: int,
        device: str,
        recorder: Recorder,
        rates: Mapping[str, str] | None = None,
        team: Team | None = None,
        streams: bool = False,
        prepared: Callable[..., Batch] | None = None,
    ) -> None:
        self.training, self.data, self.batches = training, data, batches
        self._prepared = prepared
        self.epochs, self.steps_per_epoch, self.device = epochs, steps_per_epoch, device
        self.recorder, self.rates = recorder, rates or {}
        self.followers: list[Follower] = []
        self.meter, self.team, self.streams = meter, team, streams
        meter.team = team
        self.quick: Callable[..., Any] | None = None
        """A faster way to take the training's steps, if there is one."""
        self.watch = Watch()
        self.epoch = self.step = 0
        self.ending: Ending | None = None
        self.last = Epoch()
        self.fresh: NDArray[np.float64] = self.meter.drain()
        """Sums and counts of the steps since the last tick, as `Meter.drain` gives them: (steps, figures, 2)."""
        self.fresh_seconds: NDArray[np.float64] = np.zeros(0)
        """When each of them ended."""
        self.closing = False
        """Whether the steps of an epoch are over and its end is still to come: no place to stop or to save."""
        self._moments: list[float] = []
        self._others: Tensors = {}
        """Where the generators of other processes stand."""

    @cached_property
    def rows(self) -> Mapping[str, Batch]:
        """What batches are taken from: the data, with what is computed once in its place; weights are there by now."""
        if self._prepared is None:
            return self.data
        return {part: self._prepared(self.training, values) for part, values in self.data.items()}

    def end(self, ending: Ending) -> None:
        """Ends the training at the next place where it can be taken up."""
        self.ending = ending

    def run(self) -> Ending:
        """Trains to the end, or until a follower says so. What goes wrong is raised."""
        self._tell("begin")
        while self.epoch < self.epochs and self.ending is None:
            if self._train_epoch():
                self._close_epoch()
        self._tell("finish")
        return self.ending or Ending.FINISHED

    @property
    def done(self) -> int:
        """Steps that are done, those among them that no follower has been told of."""
        return self.step + len(self._moments)

    # --- an epoch

    def _train_epoch(self) -> bool:
        """The steps of an epoch, or the rest of them; whether it came to its end."""
        _ = self.rows  # computed before the modules turn to training
        self._mode(training=True)
        skip = self.step - self.epoch * self.steps_per_epoch
        if not skip:  # else it goes on with what it has kept
            self._begin_pass()
        step = self.quick or self.training.step
        add, clock, stamp = self.meter.add, time.perf_counter, self._moments.append
        due, team, moments = clock() + FLUSH_SECONDS, self.team, self._moments
        for batch in self._learned(skip):
            add(step(*batch))
            now = clock()
            stamp(now)
            if now >= due if team is None else len(moments) == team.steps:
                self.tick()
                if self.ending is not None:
                    return False
                due = clock() + FLUSH_SECONDS
        self.tick()
        return True

    def tick(self) -> None:
        """Fetches the figures of the steps since the last time, and tells the followers."""
        self.fresh = self.meter.drain()
        self.fresh_seconds = np.array(self._moments) - self.watch.origin
        self.step += len(self._moments)
        self.closing = self.step == (self.epoch + 1) * self.steps_per_epoch
        self._moments.clear()
        if self.team:
            self._others = self.team.learn_random()
        self._tell("tick")
        self._agree()

    def _agree(self) -> None:
        """All processes end at the same place."""
        if self.team:
            self.ending = self.team.agree(self.ending)

    def _close_epoch(self) -> None:
        """What lies between two epochs: the figures, the validation, the schedules, the record."""
        rates = self._rates()
        train, table = numbers_and_tables(self.meter.read())
        self.meter.clear()
        validation, seen = numbers_and_tables(self.look("validation"))
        if self.team:
            train, validation = self.team.same((train, validation))
        if hasattr(self.training, "end_epoch"):
            self.training.end_epoch(validation or train)
        self.epoch += 1
        self.closing = False
        epoch = Epoch(
            epoch=self.epoch, step=self.step, seconds=self.watch.seconds, lr=rates, train=train, validation=validation,
            tables=small({"train": table, "validation": seen}),
        )  # fmt: skip
        for follower in self.followers:
            epoch = follower.epoch(self, epoch)
        self.last = epoch
        self._tell("done")
        self._agree()

    def look(self, part: str) -> dict[str, Any]:
        """The figures of a part, tables among them, without learning from it; none where the part has no rows."""
        if not self.data.get(part):
            return {}
        self._mode(training=False)
        self._begin_pass()
        held = self.meter.blank()
        evaluate, due = self.training.evaluate, time.perf_counter() + FLUSH_SECONDS
        for batch in self._seen(part):
            held.add(evaluate(*batch))
            if time.perf_counter() >= due:
                held.drain()
                due = time.perf_counter() + FLUSH_SECONDS
        if self.team:
            self.team.gather(held)
        return held.read()

    def _learned(self, skip: int) -> Iterator[Batch]:
        """The batches of an epoch behind those that are done."""
        if self.streams:
            return self.batches(self.rows["train"], self.epoch, skip)
        return islice(self.batches(self.rows["train"], self.epoch), skip, None)

    def _seen(self, part: str) -> Iterator[Batch]:
        """The batches of a part that this process looks at; where noise is drawn, the leader looks at all."""
        batches = self.batches(self.rows[part])
        if self.team is None:
            return batches
        self.team.align(self.training)
        place, drawn = self.team.place, hasattr(self.training, "begin")
        return islice(batches, place.rank, 0 if drawn and place.rank else None, 1 if drawn else place.size)

    def _mode(self, *, training: bool) -> None:
        for module in modules(self.training).values():
            module.train(training)

    def _begin_pass(self) -> None:
        if hasattr(self.training, "begin"):
            self.training.begin(self.device)

    def _rates(self) -> dict[str, float]:
        """The learning rate of each optimizer."""
        return {
            self.rates.get(name, name): float(optimizer.param_groups[0]["lr"])
            for name, optimizer in optimizers(self.training).items()
        }

    def _tell(self, what: str) -> None:
        for follower in self.followers:
            getattr(follower, what)(self)

    # --- going on

    def checkpoint(self) -> Checkpoint:
        """Everything that is needed to go on to the bit from here."""
        tensors, training = collect(self.training)
        random_tensors, random = collect_random()
        plain = {
            "epoch": self.epoch,
            "step": self.step,
            "seconds": self.watch.seconds,
            "training": training,
            "random": random,
            "last": self.last.to_json(),
            "followers": {follower.name: follower.state() for follower in self.followers if follower.name},
        }
        return Checkpoint({**tensors, **random_tensors, **self._others, **self.meter.state()}, plain)

    def restore(self, held: Checkpoint) -> None:
        """Stands where `checkpoint` stood."""
        restore(self.training, held.tensors, held.plain["training"])
        restore_random(held.tensors, held.plain["random"])
        self._others = {key: tensor for key, tensor in held.tensors.items() if key.startswith(OTHERS)}
        self.meter.restore(held.tensors)
        self._moments.clear()
        self.epoch, self.step = held.plain["epoch"], held.plain["step"]
        self.watch = Watch(held.plain["seconds"])
        self.last = Epoch.from_json(held.plain["last"])
        for follower in self.followers:
            if follower.name:
                follower.restore(held.plain["followers"][follower.name])
