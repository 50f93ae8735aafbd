"""What the list of commands offers: every action, kinds to add, nodes to go to, templates and recent files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from PySide6.QtGui import QIcon

from designer import icons
from designer.actions import MENUS, Action
from designer.block_files import Shelf
from designer.shortcuts import native
from graph import finding, queries

if TYPE_CHECKING:
    from designer.window import Window
    from graph.spec import Kind

FEW = 8
"""So many kinds, nodes, templates or files are offered at most for what was typed."""
MOST_WEIGHED = 200
"""Of so many nodes whose names fit the nearest are looked for: a drawing may hold ten thousand."""
BEHIND = {"action": 0.0, "kind": 1.5, "recent": 1.0, "node": 2.0, "template": 2.5}
"""By how much one sort stands behind another among what fits as well."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One row: `aside` is its keys, or what it is; `missing` says why it cannot be done now."""

    id: str
    text: str
    do: Callable[[], object]
    aside: str = ""
    missing: str = ""
    icon: QIcon | None = None


class Offers:
    """What a window offers at one moment."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._every = list(_actions(window))
        self._templates: list[tuple[str, Offer]] | None = None

    def find(self, words: str) -> list[Offer]:
        """The best match first; without words what was done lately, then every action by its menu."""
        used = self._window.shell.preferences.used
        if not words.strip():
            late = [offer for offer in map(self._again, used) if offer is not None]
            return [*late, *(offer for offer in self._every if offer.id not in used)]
        found = [
            (near + BEHIND[offer.id.partition(":")[0]] - 0.4 * (offer.id in used) + 0.6 * bool(offer.missing), offer)
            for near, offer in self._fitting(words)
        ]
        return [offer for _, offer in sorted(found, key=lambda pair: pair[0])]

    def _fitting(self, words: str) -> Iterator[tuple[float, Offer]]:
        window = self._window
        if self._templates is None:
            self._templates = list(_templates(window))
        for offer in self._every:
            own = finding.near(offer.text, words)
            called = finding.near(f"{offer.id.partition(':')[2].replace('-', ' ')} {offer.text}", words)
            if called is not None:
                yield called + 0.5 if own is None else min(own, called + 0.5), offer
        yield from _kinds(window, words)
        for offered in (_recent(window), _nodes(window, words), self._templates):
            yield from _nearest(words, offered)

    def _again(self, id: str) -> Offer | None:
        """What was done lately, as it is offered now."""
        sort, _, name = id.partition(":")
        if sort == "kind":
            kind = _shelf(self._window).get(name)
            return _kind(self._window, kind) if kind is not None else None
        return next((offer for offer in self._every if offer.id == id), None)


def _nearest(words: str, offered: Iterable[tuple[str, Offer]]) -> list[tuple[float, Offer]]:
    """The few whose names are nearest."""
    found = [(near, offer) for name, offer in offered if (near := finding.near(name, words)) is not None]
    return sorted(found, key=lambda pair: pair[0])[:FEW]


# --- each sort


def _actions(window: Window) -> Iterator[Offer]:
    for title, listed in MENUS:
        for action in listed:
            if action is not None:
                yield _action(window, title.replace("&", ""), action)


def _action(window: Window, menu: str, action: Action) -> Offer:
    keys = "  ".join(native(key) for key in window.shell.shortcuts.of(action)[:2])
    missing = "" if action.when(window) else action.missing
    checked = action.checked is not None and action.checked(window)
    state = ["on"] if checked else []
    text = action.words(window).replace("&", "").removesuffix("…")
    made = window.header.actions_by_id[action.id]
    aside = "   ".join([*state, keys or menu])
    return Offer(f"action:{action.id}", text, made.trigger, missing or aside, missing)


def _shelf(window: Window) -> Shelf:
    return Shelf(window.session.document.catalogue, window.shell.block_files)


def _kinds(window: Window, words: str) -> Iterator[tuple[float, Offer]]:
    first, _, rest = words.strip().partition(" ")
    typed = rest if first.casefold() == "add" and rest.strip() else words
    for kind in _shelf(window).search(typed)[:FEW]:
        near = finding.score(kind, typed)
        if near is not None and queries.why_not_here(window.session.level.document, kind) is None:
            yield near, _kind(window, kind)


def _kind(window: Window, kind: type[Kind]) -> Offer:
    icon = icons.icon(icons.family_icon(kind.family), window.shell.theme.family(kind.family))
    do = partial(_on_canvas, window, partial(window.view.commands.add, kind.__name__))
    return Offer(f"kind:{kind.__name__}", f"Add {kind.title}", do, kind.family.capitalize(), icon=icon)


def _nodes(window: Window, words: str) -> Iterator[tuple[str, Offer]]:
    """Nodes of the level that is looked at, called so; what else a node can be found by is for the search."""
    typed = words.casefold().split()[-1]
    nodes = window.session.level.document.nodes()
    for node in islice((node for node in nodes if typed in node.id.casefold()), MOST_WEIGHED):
        do = partial(_go, window, node.born)
        yield f"go to {node.id}", Offer(f"node:{node.born}", f"Go to {node.id}", do, node.kind)


def _go(window: Window, born: str) -> None:
    window.tabs.show_canvas()
    window.session.selection.set([born])
    window.view.camera.reveal([born])


def _on_canvas(window: Window, do: Callable[[], object]) -> None:
    window.tabs.show_canvas()
    do()


def _templates(window: Window) -> Iterator[tuple[str, Offer]]:
    from runtime.assets import templates

    for found in templates():
        do = partial(window.files.from_template, found.name)
        aside = found.group or "Template"
        yield f"new {found.title} {found.name}", Offer(f"template:{found.name}", f"New: {found.title}", do, aside)


def _recent(window: Window) -> Iterator[tuple[str, Offer]]:
    for path in window.shell.preferences.recent:
        do = partial(window.files.open, path)
        yield f"open {path.stem}", Offer(f"recent:{path}", f"Open {path.name}", do, path.parent.name)
