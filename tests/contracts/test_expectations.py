"""The table of what hands expect: each row names tests that are there, and no row is without one."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests" / "designer"
PAGE = ROOT / "docs" / "canvas.md"


def test_each_expectation_names_a_gesture_test_that_is_there() -> None:
    table = PAGE.read_text(encoding="utf-8").partition("| expected |")[2].splitlines()[2:]
    rows = [row.strip("|").split("|") for row in table if row.startswith("|")]
    assert len(rows) > 30
    for row in rows:
        expected, named = row[0].strip(), re.findall(r"`([^`]+)`", row[-1])
        assert named, expected
        assert all(cell.strip() for cell in row), expected
        for name in named:
            path, _, test = name.partition("::")
            found = {
                one.name
                for one in ast.walk(ast.parse((TESTS / path).read_text(encoding="utf-8")))
                if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")
            }
            assert (test in found) if test else found, f"{expected}: {name}"
