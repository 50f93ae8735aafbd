"""Says what frames hold before nodes are laid out, and tells it a layout as groups that stay together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from graph.document import Document
from graph.framing import HEAD, ROOM, around, contains
from graph.layout.outline import Group, Item
from graph.records import Frame, Note, Rect

MARGINS = (ROOM, HEAD + ROOM / 2, ROOM, ROOM)
"""What a frame has around its content: left, above, right, below."""

NEAR = 96.0
"""A note of no frame that lies so near to a node, or to a frame, goes where that goes."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A frame with nodes; or frames that share some of what they hold while neither holds all of the other's.

    Such frames cannot be put side by side: what they hold stays as it is, and goes elsewhere as one.
    """

    frames: tuple[Frame, ...]
    nodes: frozenset[str]
    held: frozenset[str]
    """Nodes and notes."""

    @property
    def key(self) -> str:
        return self.frames[0].key

    @property
    def rigid(self) -> bool:
        return len(self.frames) > 1

    def crosses(self, other: "Holder") -> bool:
        return not (self.held.isdisjoint(other.held) or self.held <= other.held or other.held <= self.held)


class Nest:
    """What the frames of a level hold, of which all nodes are laid out, or some."""

    def __init__(self, doc: Document, births: Iterable[str] | None, rects: Mapping[str, Rect]) -> None:
        """`rects` are those of all nodes, notes and frames, as they are shown."""
        self.rects, self.all = rects, births is None
        chosen = {node.born for node in doc.nodes()} if births is None else set(births)
        self.holders = {holder.key: holder for holder in _holders(doc, rects)}
        """From inside out."""
        self.inside = {key: self._outer(key) for key in self.holders}
        self.frames: dict[str, list[str]] = {key: [] for key in self.holders}
        """The frames of each holder and of those within: of frames with equal content an inner one may stand out."""
        for key, holder in self.holders.items():
            for outer in self.path(key):
                self.frames[outer] += [frame.key for frame in holder.frames]
        self.home = {node.born: "" for node in doc.nodes()}
        """The innermost holder of each node; "" is the sheet."""
        for key in reversed(self.holders):
            self.home.update(dict.fromkeys(self.holders[key].nodes, key))
        self.whole = {key for key, holder in self.holders.items() if holder.nodes <= chosen}
        self.root: dict[str, str] = {}
        """What is laid out: nodes, with the innermost frame that is not laid out with them, or the sheet."""
        for born, home in self.home.items():
            root = next((key for key in self.path(home) if key not in self.whole), "")
            if born in chosen and not (root and self.holders[root].rigid):
                self.root[born] = root
        self.loose: dict[str, str] = {}
        """Notes, and frames without nodes, with the holder in which they lie."""
        self.along: dict[str, list[str]] = {}
        """For a frame without nodes what lies in it."""
        self._find_loose(doc)

    def path(self, key: str) -> list[str]:
        """A holder and those around it."""
        found = [key] if key else []
        while found and self.inside[found[-1]]:
            found.append(self.inside[found[-1]])
        return found

    def members(self, key: str) -> list[str]:
        """What stands directly in a holder or on the sheet: nodes and holders."""
        rigid = bool(key) and self.holders[key].rigid
        nodes = [born for born, home in self.home.items() if home == key]
        return nodes + ([] if rigid else [one for one, outer in self.inside.items() if outer == key])

    def pieces(self, member: str) -> list[str]:
        """The keys of all that goes along with a node, a holder or something loose."""
        if member not in self.holders:
            return [member, *self.along.get(member, ())]
        holder = self.holders[member]
        inner = [one for one in self.holders if member in self.path(one)]
        loose = [key for one, home in self.loose.items() if home in inner for key in self.pieces(one)]
        return [*sorted(holder.nodes), *self.frames[member], *loose]

    def cover(self, member: str, rects: Mapping[str, Rect] | None = None) -> Rect | None:
        """What a node, a holder or something loose covers."""
        known = self.rects if rects is None else rects
        return around(known[key] for key in self.frames.get(member, [member]) if key in known)

    # --- as a layout has it

    def groups(self) -> list[Group]:
        """The holders that are laid out with all they hold, and what is laid out of the others."""
        whole = [self._group(key) for key in self.holders if key in self.whole]
        apart = dict.fromkeys(root for root in self.root.values() if root)
        direct = {root: tuple(one for one in self.root if self.root[one] == root == self.home[one]) for root in apart}
        return whole + [Group(root, direct[root], apart=True) for root in apart]

    def items(self, key: str = "") -> tuple[Item, ...]:
        """What carries no wires in a holder, or on the sheet."""
        keys = [one for one, home in self.loose.items() if home == key]
        covers = {one: cover for one in self.members(key) if (cover := self.cover(one))} if keys else {}
        return tuple(self._item(one, covers, key) for one in keys)

    def _group(self, key: str) -> Group:
        inside, items = self.inside[key], self.items(key)
        members, cover = [one for one in self.members(key) if one not in self.holders], self.cover(key)
        if not self.holders[key].rigid or cover is None:
            return Group(key, tuple(members), inside, MARGINS, items)
        left, top, *size = cover
        fixed = {born: (self.rects[born][0] - left, self.rects[born][1] - top) for born in members}
        return Group(key, tuple(members), inside, items=items, fixed=fixed, size=(size[0], size[1]))

    def _item(self, key: str, covers: Mapping[str, Rect], home: str) -> Item:
        rect = self.rects[key]
        near = min(covers, key=lambda member: _gap(covers[member], rect), default="")
        if near and (home or _gap(covers[near], rect) <= NEAR):
            return Item(key, rect[2:], (rect[0] - covers[near][0], rect[1] - covers[near][1]), near)
        return Item(key, rect[2:], rect[:2])

    def _outer(self, key: str) -> str:
        keys = list(self.holders)
        held = self.holders[key].held
        return next((one for one in keys[keys.index(key) + 1 :] if held <= self.holders[one].held), "")

    def _find_loose(self, doc: Document) -> None:
        frames = sorted(doc.frames(), key=_size)
        full = {frame.key: key for key, holder in self.holders.items() for frame in holder.frames}
        empty = [frame for frame in frames if frame.key not in full]
        records: list[Note | Frame] = [*doc.notes(), *empty]
        for record in records:
            outer = frames[frames.index(record) + 1 :] if isinstance(record, Frame) else frames
            around = [frame for frame in outer if contains(frame.rect, self.rects[record.key])]
            holding = (key for key, holder in self.holders.items() if record.key in holder.held)
            home = next(holding, next((full[frame.key] for frame in around if frame.key in full), ""))
            sides = [frame.rect for frame in self.holders[home].frames] if home else []
            inner = [
                frame.key
                for frame in around
                if frame in empty and (not home or any(contains(side, frame.rect) for side in sides))
            ]
            if inner:
                self.along.setdefault(inner[-1], []).append(record.key)
            else:
                self.loose[record.key] = home


def _holders(doc: Document, rects: Mapping[str, Rect]) -> list[Holder]:
    """Frames with nodes, from inside out."""
    nodes = frozenset(node.born for node in doc.nodes())
    placed = [(key, rects[key]) for key in (*nodes, *(note.key for note in doc.notes())) if key in rects]
    found = []
    for frame in doc.frames():
        held = frozenset(key for key, rect in placed if contains(frame.rect, rect))
        if not nodes.isdisjoint(held):
            found.append(Holder((frame,), held & nodes, held))
    while pair := next((pair for pair in combinations(found, 2) if pair[0].crosses(pair[1])), None):
        found = [holder for holder in found if holder not in pair]
        found.append(_together(*pair))
    for rigid in sorted((holder for holder in found if holder.rigid), key=lambda holder: -len(holder.held)):
        if rigid not in found:
            continue
        inner = [one for one in found if one is not rigid and one.held <= rigid.held]
        found = [one for one in found if one not in (rigid, *inner)]
        found.append(_together(rigid, *inner))
    return sorted(found, key=lambda holder: (len(holder.held), max(map(_size, holder.frames))))


def _together(*holders: Holder) -> Holder:
    frames = tuple(frame for holder in holders for frame in holder.frames)
    nodes = frozenset[str]().union(*(holder.nodes for holder in holders))
    return Holder(frames, nodes, frozenset[str]().union(*(holder.held for holder in holders)))


def _size(frame: Frame) -> tuple[float, int]:
    return frame.rect[2] * frame.rect[3], frame.rank


def _gap(one: Rect, other: Rect) -> float:
    """How far two rectangles are from each other, across and down together."""
    across = max(one[0] - other[0] - other[2], other[0] - one[0] - one[2], 0.0)
    return across + max(one[1] - other[1] - other[3], other[1] - one[1] - one[3], 0.0)
