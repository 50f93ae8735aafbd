"""Verbs on the bookmarks of a level."""

import math
from collections.abc import Iterable
from dataclasses import replace

from graph.document import Document
from graph.edits.refusal import Refused, the_place
from graph.records import Bookmark, Point, Sheet

SLOTS = range(1, 10)
"""The digits that can lead to a bookmark."""


def set_bookmark(doc: Document, name: str, at: Point, zoom: float, slot: int = 0) -> None:
    """Keep a place (the middle of what is seen) and its zoom under a name; what had the name or the digit gives way."""
    name = _named(name)
    if not (math.isfinite(zoom) and zoom > 0) or not (slot == 0 or slot in SLOTS):
        raise Refused("A bookmark needs a zoom above 0, and a digit from 1 to 9 if any.")
    sheet = doc.sheet
    mark = Bookmark(name, the_place(at), round(zoom, 3) or zoom, slot)
    known = next((place for place, one in enumerate(sheet.bookmarks) if one.name == name), None)
    listed = list(sheet.bookmarks)
    if known is None:
        listed.append(mark)
    else:
        listed[known] = mark._replace(slot=slot or listed[known].slot, extra=listed[known].extra)
    kept = [one for one in listed if one.name == name or not slot or one.slot != slot]
    _put(doc, sheet, kept)


def rename_bookmark(doc: Document, name: str, new: str) -> None:
    """Call a bookmark otherwise."""
    sheet, new = the_bookmark(doc, name), _named(new)
    if new != name and any(one.name == new for one in sheet.bookmarks):
        raise Refused(f'"{new}" is the name of another bookmark already.')
    _put(doc, sheet, [one._replace(name=new) if one.name == name else one for one in sheet.bookmarks])


def remove_bookmark(doc: Document, name: str) -> None:
    """Forget a bookmark."""
    sheet = the_bookmark(doc, name)
    _put(doc, sheet, [one for one in sheet.bookmarks if one.name != name])


def the_bookmark(doc: Document, name: str) -> Sheet:
    """The sheet of a level on which there is a bookmark of this name."""
    sheet = doc.sheet
    if all(one.name != name for one in sheet.bookmarks):
        raise Refused(f'There is no bookmark "{name[:60]}" here.')
    return sheet


def put_sheet(doc: Document, sheet: Sheet) -> None:
    """Write the sheet of a level; one that says nothing is left out."""
    if sheet == Sheet(sheet.block):
        doc.drop(sheet.key)
    else:
        doc.put(sheet)


def _put(doc: Document, sheet: Sheet, bookmarks: Iterable[Bookmark]) -> None:
    put_sheet(doc, replace(sheet, bookmarks=tuple(bookmarks)))


def _named(name: str) -> str:
    words = " ".join(name.split())
    if not words:
        raise Refused("A bookmark needs a name.")
    return words
