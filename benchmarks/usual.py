"""`python -m benchmarks usual`: counts anew what stands next to what in the drawings that come along."""

from collections.abc import Sequence

from graph import project
from graph.catalogue import standard
from graph.counts import Counts, counted
from runtime import assets

FILE = assets.FOLDER / "usual.txt"


def count() -> Counts:
    """Over all templates and blocks."""
    known = standard()
    drawings = (*assets.templates(), *assets.blocks())
    return counted((project.parse(drawing.text(), known) for drawing in drawings), known)


def main(arguments: Sequence[str]) -> int:
    found = count()
    FILE.write_text(found.text(), encoding="utf-8")
    print(f"{found.wires.total()} wires, {len(found.wires)} pairs: {FILE}")
    return 0
