"""Where the files that come with the program lie, and the templates among them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "assets"
"""Beside the packages: in a clone and where the program is installed alike."""


@dataclass(frozen=True, slots=True)
class Template:
    """A drawing to begin with. `help` is a paragraph."""

    name: str
    title: str
    help: str
    path: Path

    def text(self) -> str:
        """The drawing as a project's text."""
        return self.path.read_text(encoding="utf-8")


def templates() -> list[Template]:
    """The templates by name."""
    return [_template(path) for path in sorted((FOLDER / "examples").glob("*.loom"))]


def template(name: str) -> Template | None:
    return next((found for found in templates() if found.name == name), None)


def _template(path: Path) -> Template:
    page = path.with_suffix(".md")
    words = page.read_text(encoding="utf-8").split() if page.exists() else []
    title = json.loads(path.read_text(encoding="utf-8")).get("title", path.stem)
    return Template(path.stem, str(title), " ".join(words), path)
