"""Several processes share each batch of one training: starts them, keeps them in step, and notices when one is gone.

The process with rank 0 leads: it alone has followers and writes the run folder. The others (`fellow.py`) do the same
steps and take its word for everything else. They speak by torch's own collectives, on this machine alone.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import torch.distributed as dist
from numpy.typing import NDArray
from torch._C._distributed_c10d import FileStore

from runtime.devices import NoDevice
from runtime.protocol import FLUSH_SECONDS, Failure, read_json
from runtime.train.checkpoint import Checkpoint
from runtime.train.state import OTHERS
from runtime.train.watch import Watch

if TYPE_CHECKING:
    from runtime.train.loop import Ending, Loop
    from runtime.train.meter import Meter

PATIENCE = timedelta(days=365)
"""A pause may be long. Who is gone is noticed by other means than by waiting."""

GRACE_SECONDS = 10.0
"""How long a process may take to end once it has nothing to do any more, or to notice that another one is gone."""

MOST_STEPS = 10_000
"""Steps between two looks at most."""

NUMBERS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
COUNTS = ("two", "three", "four", "five", "six", "seven", "eight")


class Gone(Exception):
    """One of the processes ended before its time; the sentence says which, and how."""

    def __init__(self, sentence: str, kept: Checkpoint | None = None) -> None:
        super().__init__(sentence)
        self.kept = kept
        """The training as it was when all processes were last looked at."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a process stands among the others, as it is told when it is started."""

    rank: int
    size: int
    device: str
    threads: int
    store: str = ""
    """A file by which the processes find one another."""

    def to_text(self) -> str:
        return json.dumps([self.rank, self.size, self.device, self.threads, self.store])

    @classmethod
    def from_text(cls, text: str) -> Place:
        return cls(*json.loads(text))


def count(wanted: int, device: str) -> int:
    """How many processes there will be; `wanted` 0 takes all graphics cards. Raises NoDevice."""
    if not device.startswith("cuda"):
        if wanted > 1 and device != "cpu":
            raise NoDevice(f"{device} can serve one process only: set processes to 1, or device to cpu.")
        return wanted or 1
    cards = torch.cuda.device_count()
    if wanted > cards:
        raise NoDevice(f"There are {cards} graphics cards for {wanted} processes: each needs one of its own.")
    return wanted or cards


class Team:
    """The processes of a training as one of them sees them."""

    def __init__(self, place: Place, folder: Path, module: ModuleType, *, seed: int, apart: bool) -> None:
        self.place, self.folder = place, folder
        self.module = module
        """The generated train.py, whose RANK and PROCESSES say which rows are this process's own."""
        self.seed, self.apart = seed, apart
        """Whether each process draws numbers of its own."""
        self.kept: Checkpoint | None = None
        """The training as it was when it was last looked at, should a process be lost."""
        self.steps = 1
        """How many steps there are between two looks."""
        self.stuck: Callable[[Gone], None] | None = None
        """What to do if a process is gone and this one cannot notice, since its card waits for the other's."""
        self._looked = time.perf_counter()
        self._started: dict[int, subprocess.Popen[bytes]] = {}
        self._over = threading.Event()

    @property
    def leads(self) -> bool:
        return self.place.rank == 0

    # --- beginning and end

    def _assemble(self) -> None:
        """Starts the other processes."""
        store = Path(tempfile.mkdtemp(prefix="neuroloom-")) / "processes"
        self.place = replace(self.place, store=str(store))
        for rank in range(1, self.place.size):
            device = self.place.device if self.place.device == "cpu" else f"cuda:{rank}"
            (self.folder / failure_file(rank)).unlink(missing_ok=True)
            self._start(replace(self.place, rank=rank, device=device))

    def _start(self, place: Place) -> None:
        """The other end of the pipe into it is closed by the system when this process is gone, however it went."""
        paths = os.pathsep.join(filter(None, sys.path))
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "runtime.train.fellow", str(self.folder), place.to_text()],
            env={**os.environ, "PYTHONPATH": paths, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,
        )
        self._started[place.rank] = process
        threading.Thread(target=self._watch, args=(place.rank, process), daemon=True).start()

    def _watch(self, rank: int, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        if self.place.device != "cpu" and not self._over.wait(GRACE_SECONDS) and self.stuck:
            self.stuck(self._gone() or Gone("A process of the training ended."))

    def _meet(self, loop: Loop) -> None:
        """Waits until all are there, and begins where the leader stands."""
        store = FileStore(self.place.store, self.place.size)
        store.set(f"here {self.place.rank}", "yes")
        while not store.check([f"here {rank}" for rank in range(self.place.size)]):
            if gone := self._gone():
                raise gone
            time.sleep(0.02)
        _stay_here()
        backend = "gloo" if self.place.device == "cpu" else "cpu:gloo,cuda:nccl"
        dist.init_process_group(
            backend, store=store, rank=self.place.rank, world_size=self.place.size, timeout=PATIENCE
        )
        vars(self.module).update(RANK=self.place.rank, PROCESSES=self.place.size, DEVICE=self.place.device)
        held = self.same(_on_host(loop.checkpoint()) if self.leads else None)
        if self.leads:
            self.kept = held
            loop.watch = Watch(held.plain["seconds"])
        else:
            loop.restore(held)
            self._take_random(held.tensors)
        self._looked = time.perf_counter()

    @contextmanager
    def at_work(self, loop: Loop) -> Iterator[None]:
        """Starts or meets the others, and parts from them at the end. Raises Gone where one of them went first."""
        try:
            if self.leads:
                self._assemble()
            self._meet(loop)
            yield
        except Exception as error:
            gone = self._gone(GRACE_SECONDS if isinstance(error, RuntimeError) else 0.0)
            if gone is None or isinstance(error, Gone):
                raise
            raise gone from error
        finally:
            self._part(loop)

    def _part(self, loop: Loop) -> None:
        """From here on this process is alone."""
        self._over.set()
        loop.team = loop.meter.team = None
        vars(self.module).update(RANK=0, PROCESSES=1)
        for process in self._started.values():
            if process.stdin:
                process.stdin.close()
        for process in self._started.values():
            try:
                process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        if dist.is_initialized():
            with suppress(RuntimeError):
                dist.destroy_process_group()
        if self.leads:
            shutil.rmtree(Path(self.place.store).parent, ignore_errors=True)

    def keep(self, loop: Loop) -> None:
        """Remembers the training as it is now."""
        self.kept = _on_host(loop.checkpoint())

    # --- in step

    def agree(self, ending: Ending | None) -> Ending | None:
        """Everyone learns whether the leader wants to end, and when it wants to look again."""
        now, before = time.perf_counter(), self._looked
        pace = max(1e-6, (now - before) / self.steps)
        self._looked = now
        ending, self.steps = self._say([ending, min(MOST_STEPS, max(1, int(FLUSH_SECONDS / pace)))])
        return ending

    def same(self, value: Any) -> Any:
        """What the leader has."""
        return self._say([value])[0]

    def learn_random(self) -> dict[str, torch.Tensor]:
        """Where the generators of the others stand now, for the leader."""
        told = self._gather(own_random(self.place.device))
        return {
            f"{OTHERS}{rank}.{key}": state for rank, states in enumerate(told) if rank for key, state in states.items()
        }

    def _take_random(self, tensors: Mapping[str, torch.Tensor]) -> None:
        """Goes on with the numbers that this process drew, or begins to draw: its own, or the same as the leader."""
        start = f"{OTHERS}{self.place.rank}."
        own = {key.removeprefix(start): state for key, state in tensors.items() if key.startswith(start)}
        if not own and self.apart:
            torch.manual_seed(self.seed + self.place.rank)
        elif self.place.device != "cpu":
            torch.cuda.set_rng_state(own.get("cuda", tensors["random.cuda:0"]).clone(), self.place.device)
        if own:
            torch.set_rng_state(own["cpu"].clone())

    def align(self, training: Any) -> None:
        """All go by the leader's buffers, such as the means of batch norms."""
        self.module.align(training)

    # --- figures

    def add(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sums and counts of steps over all processes: (steps, figures, 2), nan and 0 where none has them."""
        whole = torch.from_numpy(np.where(rows[:, :, 1:] == 0, 0.0, rows))
        if whole.numel():
            dist.all_reduce(whole)
        added: NDArray[np.float64] = whole.numpy()
        added[:, :, 0][added[:, :, 1] == 0] = np.nan
        return added

    def merge(self, steps: Sequence[Any], *, kept: bool) -> list[Any]:
        """What a figure with a formula adds up in single steps, or keeps, over all processes; the leader gets it."""
        own = [None if step is None else tuple(torch.as_tensor(part).cpu() for part in step) for step in steps]
        everyone = self._gather(own)
        return [_one([step for step in told if step is not None], kept) for told in zip(*everyone, strict=True)]

    def gather(self, meter: Meter) -> None:
        """The leader's meter holds what all have seen of a part."""
        states, whole = self._gather(meter.state()), dict[str, torch.Tensor]()
        for state in states:
            for key, held in state.items():
                name = key.removeprefix("meter.").removesuffix(".all")
                rows = key == "meter" or (key.endswith(".all") and not meter.is_stepwise(name))
                whole[key] = held if key not in whole else torch.cat([whole[key], held]) if rows else whole[key] + held
        if states:
            meter.restore(whole)

    def _say(self, values: list[Any]) -> list[Any]:
        dist.broadcast_object_list(values, 0)
        return values

    def _gather(self, own: Any) -> list[Any]:
        """What all have, by rank; for others than the leader nothing."""
        told: list[Any] | None = [None] * self.place.size if self.leads else None
        dist.gather_object(own, told, 0)
        return told or []

    # --- losses

    def _gone(self, patience: float = 0.0) -> Gone | None:
        """Which process has ended, if any has."""
        give_up = time.monotonic() + patience
        while self._started:
            for rank, process in self._started.items():
                if process.poll() is not None:
                    return self._tell(rank, process.returncode)
            if time.monotonic() >= give_up:
                return None
            time.sleep(0.02)
        return None

    def _tell(self, rank: int, code: int) -> Gone:
        failure = Failure.from_json(read_json(self.folder / failure_file(rank)))
        if failure.message:
            return Gone(failure.message, self.kept)
        at = NUMBERS[rank] if rank < len(NUMBERS) else f"{rank + 1}th"
        of = COUNTS[self.place.size - 2] if self.place.size - 2 < len(COUNTS) else str(self.place.size)
        how = f"was ended by the system (signal {-code})" if code < 0 else f"ended with code {code}"
        return Gone(f"The {at} of {of} processes {how}.", self.kept)


def failure_file(rank: int) -> str:
    """Where in the run folder a process other than the leader says what went wrong with it."""
    return f"failure-{rank}.json"


def own_random(device: str) -> dict[str, torch.Tensor]:
    """What the generators stand at that a process draws from."""
    held = {"cpu": torch.get_rng_state()}
    return held if device == "cpu" else {**held, "cuda": torch.cuda.get_rng_state(device)}


def _one(told: list[Any], kept: bool) -> Any:
    """What all processes have of one step, as one."""
    if not told:
        return None
    values, counts = zip(*told, strict=True)
    return (torch.cat(values) if kept else sum(values[1:], values[0])), sum(counts[1:], counts[0])


def _on_host(held: Checkpoint) -> Checkpoint:
    """A checkpoint that later steps do not touch."""
    return Checkpoint({key: tensor.detach().to("cpu", copy=True) for key, tensor in held.tensors.items()}, held.plain)


def _stay_here() -> None:
    """What the processes say to one another stays on this machine."""
    if sys.platform != "win32":
        here = "lo0" if sys.platform == "darwin" else "lo"
        os.environ.setdefault("GLOO_SOCKET_IFNAME", here)
        os.environ.setdefault("NCCL_SOCKET_IFNAME", here)
