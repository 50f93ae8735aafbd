"""Where the files that come with the program lie: the templates and the blocks among them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "assets"
"""Beside the packages: in a clone and where the program is installed alike."""

GROUPS = ("", "Pictures", "Series and text", "Generators", "Architectures")
"""The groups of templates in their order: a drawing of `assets/examples` says which it belongs to by `group`, and what
has none is where one begins; all of `assets/architectures` is the last."""


@dataclass(frozen=True, slots=True)
class Template:
    """A drawing to begin with. `help` is a paragraph."""

    name: str
    title: str
    help: str
    path: Path
    group: str = ""

    def text(self) -> str:
        """The drawing as a project's text."""
        return self.path.read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class BlockFile:
    """A block that comes with the program: a drawing of definitions alone, of which `name` is the one that is meant."""

    name: str
    title: str
    help: str
    path: Path

    def text(self) -> str:
        """The definition, and those inside it, as a project's text."""
        return self.path.read_text(encoding="utf-8")


def templates() -> list[Template]:
    """The templates by group and name."""
    found = [_template(path) for path in _drawings("examples")]
    found += [_template(path, GROUPS[-1]) for path in _drawings("architectures")]
    return sorted(found, key=lambda template: GROUPS.index(template.group))


def template(name: str) -> Template | None:
    return next((found for found in templates() if found.name == name), None)


def blocks() -> list[BlockFile]:
    """The blocks by name."""
    return [_block(path) for path in _drawings("blocks")]


def _drawings(folder: str) -> list[Path]:
    """The drawings of a folder by name, ResNet-18 before ResNet-152."""
    return sorted((FOLDER / folder).glob("*.loom"), key=_counted)


def _counted(path: Path) -> list[str | int]:
    """A name as its words and numbers in turn."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", path.stem)]


def _template(path: Path, group: str = "") -> Template:
    page = path.with_suffix(".md")
    words = page.read_text(encoding="utf-8").split() if page.exists() else []
    held = json.loads(path.read_text(encoding="utf-8"))
    return Template(path.stem, str(held.get("title", path.stem)), " ".join(words), path, group or held.get("group", ""))


def _block(path: Path) -> BlockFile:
    held = json.loads(path.read_text(encoding="utf-8"))
    return BlockFile(path.stem, str(held.get("title", path.stem)), str(held.get("help", "")), path)
