"""No text of the window holds the key of an action as a literal: the user may have given the action another one."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from designer.actions import ALL
from designer.shortcuts import defaults

ROOT = Path(__file__).resolve().parents[2]
WORDS = {"Delete", "Del", "Backspace"}
"""Named in texts as what they do in lists and fields, and no verb can be told from a key."""
OWN = {
    "designer/shortcuts.py": "keys that no action can have",
    "designer/dialogs/keys.py": "Return in its own list",
    "designer/canvas/overlays/naming.py": "Return in its own field",
    "designer/canvas/tools/key_wiring.py": "Return during its own gesture",
    "designer/panels/palette.py": "Return in its own list",
    "designer/panels/runs.py": "Return in its own list",
}
"""Where Return is a key of the part itself, which no user can change."""


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """The strings of a file that are no docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value


def test_texts_ask_for_the_keys_that_they_name() -> None:
    keys = {key for action in ALL for key in defaults(action)}
    long = {key for key in keys if len(key) > 1} - WORDS
    assert {"F1", "Tab", "Alt+Up", "Return"} <= long
    named = "|".join(sorted(map(re.escape, (long - {"Return"})), key=len, reverse=True))
    letters = "".join(re.escape(key) for key in keys if len(key) == 1)
    literal = re.compile(rf"(?<![\w+])({named}|(?<=[Pp]ress )[{letters}])(?![\w+])")
    entering = re.compile(r"(?<![\w+])(Return|Enter)(?![\w+])")
    for path in sorted((ROOT / "designer").rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        if place.startswith("designer/actions/"):
            continue
        for line, text in texts(path):
            assert not literal.search(text), f"{place}:{line} names a key: {text!r}"
            assert place in OWN or not entering.search(text), f"{place}:{line} names a key: {text!r}"
