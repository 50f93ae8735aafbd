"""Finds where everything stands after a layout: nodes, the frames around them, and what has to make way."""

from collections.abc import Iterable, Mapping, Sequence

from graph.edits.nesting import Nest
from graph.framing import ROOM, around, roomy
from graph.layout.free import WAYS, free_place, meet, shifted
from graph.layout.outline import Arrangement, Edge, Point, Size
from graph.records import Rect


class Settling:
    """One layout as it is put into a drawing: `rects` is what each node, note and frame covers in the end."""

    def __init__(self, nest: Nest, arrangement: Arrangement, sizes: Mapping[str, Size]) -> None:
        """`sizes` are those of the nodes as they will be drawn."""
        self._nest, self._found = nest, arrangement
        self.rects: dict[str, Rect] = dict(nest.rects)
        for born, size in sizes.items():
            if born in self.rects:
                self.rects[born] = (*self.rects[born][:2], *size)
        self._laid = {born: (*arrangement.places[born], *sizes[born]) for born in arrangement.places}
        self._by: dict[str, Point] = {}
        frames = self._framed()
        for root in sorted(set(nest.root.values()), key=lambda root: (-len(nest.path(root)), root)):
            self._by[root] = by = self._place(root, frames)
            self._move(root, frames, by)
            if root:
                self._grow(root)

    def bends(self) -> dict[Edge, tuple[Point, ...]]:
        """The bends of wires, where they come to lie."""
        found: dict[Edge, tuple[Point, ...]] = {}
        for edge, way in self._found.bends.items():
            x, y = self._by[self._nest.root[edge[0]]]
            found[edge] = tuple((round(a + x), round(b + y)) for a, b in way)
        return found

    def _framed(self) -> dict[str, Rect]:
        """The frames that are laid out with all they hold, about this, where the layout has it."""
        nest, found = self._nest, dict[str, Rect]()
        items = {key: (*at, *nest.rects[key][2:]) for key, at in self._found.items.items()}
        for key in nest.holders:
            if key not in nest.whole:
                continue
            holder = nest.holders[key]
            if holder.rigid:
                born = min(holder.nodes)
                by = _between(nest.rects[born], self._laid[born])
                found |= {frame.key: shifted(frame.rect, by) for frame in holder.frames}
                continue
            inner = [self._laid.get(one) or nest.cover(one, found) for one in nest.members(key)]
            inner += [items[one] for one, home in nest.loose.items() if home == key]
            inner += [
                (*point, 0.0, 0.0)
                for edge, way in self._found.bends.items()
                if holder.nodes.issuperset(edge)
                for point in way
            ]
            whole = around(rect for rect in inner if rect)
            if whole:
                found[key] = roomy(whole)
        return found

    def _place(self, root: str, frames: dict[str, Rect]) -> Point:
        """How far what is laid out on a level goes: to where it was, or the nearest place where nothing else stands."""
        nest = self._nest
        if nest.all:
            return 0.0, 0.0
        beside = self._beside(root)
        moving = {one for one in beside if one in nest.root or one in nest.whole}
        inner = [rect for one in moving if (rect := self._laid.get(one) or nest.cover(one, frames))]
        before = self._covers(moving)
        others = [*self._covers(one for one in beside if one not in moving), *self._cutting(root)]
        start, first = (around(rects) or (0.0, 0.0, 0.0, 0.0) for rects in (before, inner))
        least = self.rects[root][:2] if root else start[:2]
        corner = max(start[0], least[0]), max(start[1], least[1])
        local = [shifted(rect, (-first[0], -first[1])) for rect in inner]
        x, y = free_place(corner, local, others, WAYS[:2] if root else WAYS)
        return x - first[0], y - first[1]

    def _cutting(self, root: str) -> list[Rect]:
        """What overlaps a frame without lying in it: nothing may come to lie in both."""
        path = self._nest.path(root)
        outside = [one for key in path for one in self._beside(self._nest.inside[key]) if one not in path]
        return [cover for cover in self._covers(outside) if meet(cover, self.rects[root])]

    def _beside(self, key: str) -> list[str]:
        """All that stands directly in a frame, or on the sheet."""
        return [*self._nest.members(key), *self._loose(key)]

    def _covers(self, members: Iterable[str]) -> list[Rect]:
        return [cover for one in members if (cover := self._nest.cover(one, self.rects))]

    def _loose(self, key: str) -> list[str]:
        return [one for one, home in self._nest.loose.items() if home == key]

    def _move(self, root: str, frames: dict[str, Rect], by: Point) -> None:
        """Put nodes, the frames that go with them, and what lies in these."""
        nest = self._nest
        for born in (one for one in nest.root if nest.root[one] == root):
            self.rects[born] = shifted(self._laid[born], by)
        inner = [key for key in nest.whole if nest.root[min(nest.holders[key].nodes)] == root]
        for frame in (frame for key in inner for frame in nest.holders[key].frames):
            self.rects[frame.key] = shifted(frames[frame.key], by)
        for key, at in self._found.items.items():
            if nest.loose[key] in inner or not nest.loose[key]:
                step = _between(self.rects[key], (at[0] + by[0], at[1] + by[1]))
                for one in nest.pieces(key):
                    self.rects[one] = shifted(self.rects[one], step)

    # --- making room

    def _grow(self, key: str) -> None:
        """Let a frame reach as far as what is in it now; what stands in its way goes further, and so on outwards."""
        nest = self._nest
        while key:
            old = self.rects[key]
            whole = around(self._covers(self._beside(key)))
            if whole is None or nest.holders[key].rigid:
                return
            right, bottom = (max(old[side] + old[side + 2], whole[side] + whole[side + 2] + ROOM) for side in (0, 1))
            new = old[0], old[1], right - old[0], bottom - old[1]
            if new == old:
                return
            outer = nest.inside[key]
            beside = [one for one in self._beside(outer) if one != key]
            self._make_room(old, new, beside)
            self.rects[key] = new
            key = outer

    def _make_room(self, old: Rect, new: Rect, beside: Sequence[str]) -> None:
        """Shift all that lies beyond a side that moves out, if anything is in its way."""
        covers = {one: cover for one in beside if (cover := self._nest.cover(one, self.rects))}
        if not any(meet(new, cover) for cover in covers.values()):
            return
        for side in (0, 1):
            edge, step = old[side] + old[side + 2], new[side + 2] - old[side + 2]
            by = (step, 0.0) if side == 0 else (0.0, step)
            for one in [one for one, cover in covers.items() if step and _beyond(cover, side, edge, old)]:
                for piece in self._nest.pieces(one):
                    self.rects[piece] = shifted(self.rects[piece], by)


def _beyond(cover: Rect, side: int, edge: float, old: Rect) -> bool:
    """Whether something lies on the far side of a border, or across it."""
    return cover[side] >= edge or (cover[side] + cover[side + 2] > edge and meet(cover, old))


def _between(one: Sequence[float], other: Sequence[float]) -> Point:
    return other[0] - one[0], other[1] - one[1]
