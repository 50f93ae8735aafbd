"""Warnings come from a listed set: docs/warnings.md has every code that the program gives, and none besides."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import graph

FOLDER = Path(graph.__file__).parent
PAGE = (FOLDER.parent / "docs" / "warnings.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| `")]
LISTED = {row[0].strip("`") for row in ROWS}


def modules() -> Iterator[ast.Module]:
    for file in sorted(FOLDER.rglob("*.py")):
        yield ast.parse(file.read_text(encoding="utf-8"))


def strings(call: ast.Call) -> list[str]:
    return [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]


def of_rules() -> Iterator[str]:
    """Codes that stand before the word "warning" where a rule tells what it found."""
    for tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and "warning" in (told := strings(node))[1:2]:
                yield told[0]


def of_doubts() -> Iterator[str]:
    """Codes of doubts: of the methods of that name, and of the functions that answer with one for them."""
    found = [node for tree in modules() for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    doubts = [node for node in found if node.name == "doubt"]
    calls = [each.func for node in doubts for each in ast.walk(node) if isinstance(each, ast.Call)]
    called = {function.id for function in calls if isinstance(function, ast.Name)}
    answers = [node for node in found if node.name in called and node.returns and "Misfit" in ast.unparse(node.returns)]
    for node in (*doubts, *answers):
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Misfit":
                code = next((word.value for word in call.keywords if word.arg == "code"), ast.Constant("shape"))
                yield str(code.value) if isinstance(code, ast.Constant) else ""


def given() -> set[str]:
    return {*of_rules(), *of_doubts()} - {""}  # a block hands on what is doubted inside it


def test_the_program_is_read() -> None:
    assert {"pictures-into-linear", "target-in-model"} <= set(of_rules())
    assert {"softmax-over-batch", "class-numbers", "causal"} <= set(of_doubts())


def test_every_warning_is_listed() -> None:
    assert given() - LISTED == set()


def test_nothing_is_listed_that_is_never_said() -> None:
    assert LISTED - given() == set()
    assert len(LISTED) == len(ROWS)


def test_each_row_says_what_is_warned_of() -> None:
    for code, said, _ in ROWS:
        assert re.fullmatch(r"[A-Z].{20,}\.", said), code
