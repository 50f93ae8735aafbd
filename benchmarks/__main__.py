"""`python -m benchmarks [NAME …] [--json]`: measures and prints a table, one row a figure."""

import argparse
import importlib
import json
import sys
from pathlib import Path

from benchmarks.rows import Row

NAMES = ("start", "open", "edit", "layout", "training", "lateness", "curves", "canvas", "neurons")
HEAD = ("name", "value", "unit", "reference", "ratio", "aim", "ok")


def main() -> int:
    """0 when every aim is reached, 1 when not."""
    if sys.argv[1:2] in (["templates"], ["peers"], ["usual"]):
        module = {"peers": "benchmarks.peers.table"}.get(sys.argv[1], f"benchmarks.{sys.argv[1]}")
        return int(importlib.import_module(module).main(sys.argv[2:]))
    known = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    known.add_argument("names", nargs="*", metavar="NAME", help=f"which ones: {', '.join(NAMES)}; left out: all")
    known.add_argument("--json", action="store_true", help="one JSON object a row")
    known.add_argument(
        "--write", type=Path, metavar="FILE", help="put the rows into the table of a page, in place of its own"
    )
    given = known.parse_args()
    for name in given.names:
        if name not in NAMES:
            known.error(f"there is no benchmark {name}; there are {', '.join(NAMES)}")
    rows: list[Row] = []
    if not given.json:
        print(line(HEAD), flush=True)
    for name in given.names or NAMES:
        for row in importlib.import_module(f"benchmarks.{name}").run():
            rows.append(row)
            print(json.dumps(row.to_json()) if given.json else line(cells(row)), flush=True)
    if given.write:
        put_into(given.write, rows)
    return 0 if all(row.ok for row in rows) else 1


def cells(row: Row) -> tuple[str, ...]:
    reference = "" if row.reference is None else f"{row.reference:.4g}"
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    return row.name, f"{row.value:.4g}", row.unit, reference, ratio, f"{row.aim:g}", "yes" if row.ok else "no"


def line(parts: tuple[str, ...]) -> str:
    widths = (52, 9, 10, 10, 7, 6, 3)
    return "  ".join(part.ljust(width) for part, width in zip(parts, widths, strict=True)).rstrip()


def put_into(file: Path, rows: list[Row]) -> None:
    """Put rows into the table between the two marks of a page, in place of those of the same benchmarks."""
    begin, end = "<!-- table -->\n", "<!-- end of table -->"
    before, rest = file.read_text(encoding="utf-8").split(begin, 1)
    held, after = rest.split(end, 1)
    told = ["| " + " | ".join(cells(row)) + " |" for row in rows]
    table = ["| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD)]
    for name in NAMES:
        fresh, kept = ([row for row in part if row.startswith(f"| {name}:")] for part in (told, held.splitlines()))
        table += fresh or kept
    file.write_text(before + begin + "\n".join(table) + "\n" + end + after, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
