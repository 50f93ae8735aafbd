"""`python -m benchmarks peers [NAME …]`: trains drawings by Neuroloom and by its peers, and compares their steps."""

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers.task import CONTESTS, LIBRARIES, drawing, hand_over, overrides
from runtime import launch
from runtime.protocol import State
from runtime.runs import Run

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 900.0
HEAD = ("training", "against", "ours, ms/step", "theirs", "ratio", "aim", "ok", "figure", "ours", "theirs")
BEGIN, END = "<!-- peers -->", "<!-- end of peers -->"


@dataclass(frozen=True, slots=True)
class Result:
    """Of one training: microseconds a step, validation included, and the figure of the validation rows at its end."""

    microseconds: float
    figure: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Neuroloom beside one peer; without a result of the peer, `why`."""

    task: str
    peer: str
    ours: Result
    theirs: Result | None
    why: str = ""

    @property
    def ratio(self) -> float:
        return self.ours.microseconds / self.theirs.microseconds if self.theirs else float("nan")

    @property
    def aim(self) -> float:
        return CONTESTS[self.task].aims[self.peer]

    @property
    def ok(self) -> bool:
        return self.theirs is None or self.ratio <= self.aim

    def cells(self) -> tuple[str, ...]:
        ours, figure = self.ours, CONTESTS[self.task].figure
        if self.theirs is None:
            told = (self.why, "", f"{self.aim:g}", "", figure, f"{ours.figure:.4g}", "")
        else:
            told = (
                f"{self.theirs.microseconds / 1e3:.3g}", f"{self.ratio:.2f}", f"{self.aim:g}",
                "yes" if self.ok else "no", figure, f"{ours.figure:.4g}", f"{self.theirs.figure:.4g}",
            )  # fmt: skip
        return self.task, self.peer, f"{ours.microseconds / 1e3:.3g}", *told


def main(arguments: list[str]) -> int:
    """0 when every aim is reached by what could be measured, 1 when not."""
    known = argparse.ArgumentParser(prog="python -m benchmarks peers", description=__doc__)
    known.add_argument("names", nargs="*", metavar="NAME", help=f"which ones: {', '.join(CONTESTS)}; left out: all")
    known.add_argument("--against", metavar="PEER", nargs="+", help="only these peers")
    known.add_argument("--rounds", type=int, help="how often each is measured, in turns; left out: 2 or 3")
    known.add_argument("--write", type=Path, metavar="FILE", help="put the rows into a page: docs/benchmarks.md")
    given = known.parse_args(arguments)
    pairs: list[Pair] = []
    for name in given.names or CONTESTS:
        if name not in CONTESTS:
            known.error(f"there is no training {name}; there are {', '.join(CONTESTS)}")
        if CONTESTS[name].card_only and not has_card():
            print(f"{name} is compared on a CUDA card only, and there is none here: left out.", flush=True)
            continue
        for pair in compared(name, given.against, given.rounds):
            pairs.append(pair)
            print("  ".join(cell.ljust(10) for cell in pair.cells()).rstrip(), flush=True)
    if given.write:
        put_into(given.write, [pair.cells() for pair in pairs])
    return 0 if all(pair.ok for pair in pairs) else 1


def has_card() -> bool:
    import torch

    return torch.cuda.is_available()


def compared(name: str, against: list[str] | None = None, rounds: int | None = None) -> Iterator[Pair]:
    """Neuroloom and its peers, each trained several times in turns: the medians."""
    contest = CONTESTS[name]
    peers = [peer for peer in contest.aims if not against or peer in against]
    missing = [peer for peer in peers if peer in LIBRARIES and importlib.util.find_spec(peer) is None]
    taken: dict[str, list[Result]] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        text = drawing(name, folder)
        for turn in range(rounds or contest.rounds):
            run = trained(text, folder / f"run-{turn}", overrides(name))
            taken.setdefault("ours", []).append(ours(run, contest.figure))
            if not turn:
                hand_over(name, run, folder / "task")
            for peer in peers:
                if peer not in missing:
                    taken.setdefault(peer, []).append(by_peer(peer, folder / "task"))
    middle = {peer: median(results) for peer, results in taken.items()}
    for peer in peers:
        yield Pair(name, peer, middle["ours"], middle.get(peer), "not installed" if peer in missing else "")


def trained(text: str, folder: Path, overrides: dict[str, object]) -> Run:
    """A finished run of Neuroloom's worker."""
    run = launch.start(text, folder=folder, overrides=overrides)
    status = launch.wait(run, PATIENCE)
    if status.state is not State.FINISHED:
        raise RuntimeError(f"The run did not finish: it is {status.state}. {run.failure() or run.log()}")
    return run


def ours(run: Run, figure: str) -> Result:
    """From the second epoch on, with all that a run writes."""
    epochs = run.epochs()
    first, last = epochs[0], epochs[-1]
    return Result((last.seconds - first.seconds) / (last.step - first.step) * 1e6, last.validation[figure])


def by_peer(peer: str, folder: Path) -> Result:
    """One training by a peer, in a process of its own; what libraries say on the way is not shown."""
    command = [sys.executable, "-P", "-m", "benchmarks.peers.one", peer, str(folder)]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=PATIENCE
    )
    if done.returncode:
        raise RuntimeError(f"{peer} did not come to its end. {done.stderr[-2000:]}")
    return Result(**json.loads(done.stdout.strip().splitlines()[-1]))


def median(results: list[Result]) -> Result:
    """The median time. Figures may differ where a library draws by itself: their median too."""
    return Result(
        statistics.median(one.microseconds for one in results), statistics.median(one.figure for one in results)
    )


def put_into(page: Path, rows: list[tuple[str, ...]]) -> None:
    """Replace the rows of these trainings and peers in the page's table; the others stay."""
    before, rest = page.read_text(encoding="utf-8").split(BEGIN, 1)
    old, after = rest.split(END, 1)
    found = {tuple(cell.strip() for cell in line.split("|")[1:3]): line for line in old.strip().splitlines()[2:]}
    found |= {row[:2]: "| " + " | ".join(row) + " |" for row in rows}
    order = {(name, peer): at for at, (name, peer) in enumerate((n, p) for n, c in CONTESTS.items() for p in c.aims)}
    lines = [found[key] for key in sorted(found, key=lambda key: order.get((key[0], key[1]), len(order)))]
    table = ["| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD), *lines]
    page.write_text(before + BEGIN + "\n" + "\n".join(table) + "\n" + END + after, encoding="utf-8")
