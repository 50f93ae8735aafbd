"""What the list of found things says of each: a node, a frame, a note, a bookmark."""

from __future__ import annotations

import re
from typing import NamedTuple

from designer import icons
from graph.document import Document
from graph.records import Frame, Node, Note, Sheet
from graph.searching import Hit

LONGEST = 60
"""Letters of a note that are shown."""
SIGNS = re.compile(r"^\s*(#+|[-*+>]|\d+\.)\s+|[*_`]|\]\([^)]*\)|\[")
"""What Markdown adds to words."""


class Row(NamedTuple):
    """`sort` is what it is; without a `family` the icon has no colour of its own."""

    text: str
    sort: str
    icon: str = ""
    family: str = ""


def row(document: Document, hit: Hit) -> Row | None:
    """How something found is shown; None if it is gone."""
    match document.records.get(hit.born):
        case Node() as node:
            kind = document.catalogue.get(node.kind)
            family = kind.family if kind else ""
            icon = icons.family_icon(family) if family else ""
            return Row(node.id, kind.title if kind else node.kind, icon, family)
        case Frame() as frame:
            return Row(frame.title or "without a title", "Frame", "frame", frame.colour)
        case Note() as note:
            return Row(_first_words(note.text), "Note", "note", "optimizer")
        case Sheet() as sheet if any(mark.name == hit.bookmark for mark in sheet.bookmarks):
            return Row(hit.bookmark, "Bookmark", "bookmark")
    return None


def _first_words(text: str) -> str:
    """The first line that says something, without the signs of Markdown."""
    lines = (SIGNS.sub("", line).strip() for line in text.splitlines())
    line = next(filter(None, lines), "empty")
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"
