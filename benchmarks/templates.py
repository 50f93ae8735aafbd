"""`python -m benchmarks templates [NAME …]`: trains templates from several seeds and says what the worst one reached.

What is trained already is not trained again, and what was cut off goes on: runs are kept in a folder.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

from benchmarks.plans import PLANS
from runtime import launch
from runtime.protocol import State
from runtime.runs import Run

EXAMPLES = Path(__file__).resolve().parent.parent / "assets" / "examples"
SEEDS = (0, 1, 2)
PATIENCE = 1800.0
HEAD = ("template", "figure", "worst", "all seeds", "stated", "reached", "seconds")


def main(arguments: list[str]) -> int:
    """0 when every template reached what is stated of it from every seed, 1 when not."""
    known = argparse.ArgumentParser(prog="python -m benchmarks templates", description=__doc__)
    known.add_argument("names", nargs="*", metavar="NAME", help=f"which ones: {', '.join(PLANS)}; left out: all")
    known.add_argument("--folder", type=Path, default=Path("build") / "templates", help="where runs are kept")
    known.add_argument("--write", type=Path, metavar="FILE", help="put the table into a page: docs/templates.md")
    given = known.parse_args(arguments)
    rows, good = [], True
    for name in given.names or PLANS:
        if name not in PLANS:
            known.error(f"there is no template {name}; there are {', '.join(PLANS)}")
        for cells, reached in measured(name, given.folder):
            print("  ".join(cell.ljust(14) for cell in cells).rstrip(), flush=True)
            rows.append(cells)
            good = good and reached
    if given.write:
        put_into(given.write, rows)
    return 0 if good else 1


def measured(name: str, folder: Path) -> Iterator[tuple[tuple[str, ...], bool]]:
    """For each figure that is stated of a template: the cells of its row, and whether all seeds reached it."""
    runs = [trained(name, folder, seed) for seed in SEEDS]
    seconds = max(run.epochs()[-1].seconds for run in runs)
    for plan in (PLANS[name], *PLANS[name].also):
        values = [plan.of(run) for run in runs]
        worst = max(values) if plan.low else min(values)
        aim = f"{'≤' if plan.low else '≥'} {plan.aim:g}"
        told = (name, plan.figure, f"{worst:.3g}", ", ".join(f"{value:.3g}" for value in values), aim)
        yield (*told, "yes" if plan.reached(worst) else "no", f"{seconds:.0f}"), plan.reached(worst)


def trained(name: str, folder: Path, seed: int) -> Run:
    """The finished run of a template from a seed: one that is there, taken up again if need be, or a new one."""
    place = (folder / f"{name}-{seed}").absolute()
    run = Run(place)
    if not run.exists:
        text = (EXAMPLES / f"{name}.loom").read_text(encoding="utf-8")
        run = launch.start(text, folder=place, overrides={"seed": seed})
    elif run.can_resume:
        launch.resume(run)
    status = launch.wait(run, PATIENCE)
    if status.state is not State.FINISHED:
        raise RuntimeError(
            f"{name} from seed {seed} did not finish: it is {status.state}. {run.failure() or run.log()}"
        )
    return run


def put_into(page: Path, rows: list[tuple[str, ...]]) -> None:
    """Replace the rows of these templates in the page's table; those of others stay."""
    begin, end = "<!-- table -->", "<!-- end of table -->"
    before, rest = page.read_text(encoding="utf-8").split(begin, 1)
    old, after = rest.split(end, 1)
    found = {tuple(cell.strip() for cell in line.split("|")[1:3]): line for line in old.strip().splitlines()[2:]}
    found |= {row[:2]: "| " + " | ".join(row) + " |" for row in rows}
    table = ["| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD), *found.values()]
    page.write_text(before + begin + "\n" + "\n".join(table) + "\n" + end + after, encoding="utf-8")
