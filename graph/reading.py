"""What a document means at each moment: order, values on wires, costs and diagnostics, read again only where needed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from math import inf
from pathlib import Path
from time import perf_counter
from typing import Any

from graph import aside
from graph.arcs import Arcs
from graph.checks import View, passing, steady, whole
from graph.cost import UNKNOWN_COST, Cost, cost
from graph.diagnostic import LEVELS, Diagnostic
from graph.document import Document
from graph.loops import DELAY, Lengths, Loop, a_step, all_steps, goes_back, is_followed, time
from graph.meaning import Meant, meant
from graph.misfit import Misfit
from graph.patch import Patch
from graph.questions import Questions
from graph.records import Node, Scenery, Wire
from graph.roles import Data, Drawn, Layer
from graph.sequences import steps
from graph.shape import UNKNOWN, Axis, Loss, Schedule, Side, Tensor, Value, take
from graph.signal import Signal
from graph.spec import Kind, Place
from graph.work import Known, Work

ROUNDS = 6
"""How often the shape of a Delay may change before it is given up."""

_OF_TYPE: dict[str, Value] = {"tensor": UNKNOWN, "loss": Loss(), "schedule": Schedule()}

MANY = 400
"""More nodes than this are not read at once, if that can be left for later."""

PORTION = 200
"""Nodes or wires that are put into order before one looks at the clock."""

ANSWERS = 8
"""How often an answer that is known already may raise another question."""


class Reading:
    """Follows one document. After an edit only what lies downstream is read again, until nothing changes any more.

    `base` is the folder that relative paths in the drawing start from. `given` says what Input nodes give, by birth
    name: inside a block that is what comes into its placement. `asked` tells questions that only a look at a file can
    answer; `tell` takes the answers. `drawn` is the document that is followed, `document` is it as it is meant: the
    same one, until a node of it is muted or bypassed. `later`: nothing is read yet, `go_on` reads a part; until then a
    node that was not come to yet says nothing, and nothing is said about it.
    """

    def __init__(
        self,
        document: Document,
        base: Path | None = None,
        given: Mapping[str, Value] | None = None,
        *,
        later: bool = False,
    ) -> None:
        self.drawn = document
        self.document = meant(document)
        self._given = dict(given or {})
        self.around: Reading | None = None
        """Inside a block, the reading of what is around it."""
        self._questions = Questions(base)
        self._arcs = Arcs(self.document)
        self.order, self.loops = self._arcs.order, self._arcs.loops
        self.changed: Signal[frozenset[str]] = Signal()
        self.asked: Signal[dict[str, Any]] = Signal()
        self._values: dict[str, dict[str, Value]] = {}
        self._inputs: dict[str, dict[str, Any]] = {}
        self._views: dict[str, View] = {}
        self._steady: dict[str, tuple[Diagnostic, ...]] = {}
        self._found: dict[str, tuple[Diagnostic, ...]] = {}
        self._whole: dict[str, tuple[Diagnostic, ...]] = {}
        self.restless: set[str] = set()
        """Delays whose shape changes whenever it is found."""
        self.lengths = Lengths(self)
        self._times: dict[Loop, Side] = {}
        self._stale = True
        self._edition = document.edition
        self.patient = False
        """Whether somebody goes on with it: then an edit that makes much to read leaves that for later, too."""
        self._late: Work | None = None
        self._entering: Iterator[None] = iter(())
        if later and self.document is document and not document.by_kind().get(DELAY):
            self._late, self._entering = Work(), self._enter()
        else:
            self._follow({key: (None, record) for key, record in self.document.records.items()})
        document.changed.connect(self._see)
        if isinstance(self.document, Meant):
            self.document.changed.connect(self._follow)

    # --- looking

    def value(self, born: str, port: str = "y") -> Value | None:
        """What a node gives at an output port; None if it has no such port."""
        known = self._values.get(born)
        return aside.value(self, born, port) if known is None else known.get(port)

    def on(self, key: str) -> Value | None:
        """What a wire carries, after its selection."""
        if key not in self.document.records:
            return aside.passed(self, self.drawn.wire(key))
        wire = self.document.wire(key)
        value = self.timed(wire)
        try:
            return take(value, wire.select) if isinstance(value, Tensor) else value
        except ValueError:
            return UNKNOWN

    def timed(self, wire: Wire) -> Value | None:
        """What a wire carries before its selection: a step of a sequence into a loop, all steps out of one."""
        value = self.value(wire.source, wire.source_port)
        if not self.document.by_kind().get(DELAY):
            return value
        if goes_back(self.document, wire) and (value is None or value == UNKNOWN):
            value = Tensor((None, None))  # a row, until more is known
        source, target = self.loops.of(wire.source), self.loops.of(wire.target)
        if source is target or not isinstance(value, Tensor):
            return value
        left = all_steps(value, time(self, source)) if source else value
        follows = target is not None and is_followed(self, target, wire.source, wire.source_port)
        return a_step(left) if follows else left

    def inputs(self, born: str) -> dict[str, Any]:
        """What goes into a node by port, in the kind's order; a list for a gathering port. Unwired ports are absent."""
        if aside.is_aside(self, born):
            return aside.inputs(self, born)
        return self._inputs.get(born, {}) if self.under_way else self._inputs[born]

    def complete(self, born: str) -> bool:
        """Whether a node takes part, and every value that goes into it is known and fits."""
        if aside.is_aside(self, born) or (born not in self._found and self.under_way):
            return False
        values = [v for value in self._inputs[born].values() for v in (value if isinstance(value, list) else [value])]
        known = all(not isinstance(value, Tensor) or value.sides is not None for value in values)
        return known and not any(found.level == "error" for found in self._found[born])

    def diagnostics(self, born: str | None = None) -> list[Diagnostic]:
        """All findings, errors first, or those of one node. Whole-graph rules that an edit left for later run now.

        While the first reading is under way, of one node what is found so far.
        """
        if born is None or not self.under_way:
            self.settle()
        if born is not None:
            found = [*self._found.get(born, ()), *self._whole.get(born, ())]
        else:
            ranks = {node.born: at for at, node in enumerate(self.document.nodes())}
            every = [d for part in (self._found, self._whole) for listed in part.values() for d in listed]
            found = sorted(every, key=lambda d: ranks.get(d.born, -1))
        return sorted(found, key=lambda d: LEVELS.index(d.level))

    def cost(self, born: str) -> Cost:
        """What a node costs in weights, arithmetic and memory."""
        if aside.is_aside(self, born):
            return Cost()
        if not self.complete(born):
            return UNKNOWN_COST
        made = self.document.make(self.document.node(born))
        loop = self.loops.of(born)
        often = 1 if loop is None else steps(self.lengths.of(loop))
        return cost(made, made.in_order(self._inputs[born]), list(self._values[born].values()), self.rows, often)

    def rows(self, axis: Axis) -> int | None:
        """Rows in a batch along an axis, as its source says."""
        if not self.document.has_node(axis.source):
            return self.around.rows(axis) if self.around else None
        made = self.document.make(self.document.node(axis.source))
        return getattr(made, "batch_size", None)

    def facts(self, born: str) -> Mapping[str, Any] | None:
        """What an inspection told of a node's file, or None."""
        return self._questions.facts(born)

    # --- facts

    def question(self, born: str) -> dict[str, Any] | None:
        """What a node asks of its file."""
        return self._questions.of(born)

    def questions(self) -> list[dict[str, Any]]:
        """All questions, answered or not: the files may have changed since."""
        return self._questions.all()

    def open_questions(self) -> list[dict[str, Any]]:
        """Questions that nobody has answered yet."""
        return self._questions.open()

    def tell(self, question: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
        """Take an answer; the nodes that asked are read again. `{"error": sentence}` is an answer too."""
        concerned = self._questions.tell(question, facts)
        if concerned:
            self._ripple(concerned)

    @property
    def base(self) -> Path | None:
        """The folder that relative paths start from."""
        return self._questions.base

    def set_base(self, base: Path | None) -> None:
        """Relative paths start from another folder now (the document was saved elsewhere)."""
        if base != self.base:
            self._questions.base = base
            self._ripple(self._questions.askers)

    def give(self, given: Mapping[str, Value]) -> None:
        """Input nodes give something else now."""
        changed = {born for born in self._given.keys() | given if self._given.get(born) != given.get(born)}
        self._given = dict(given)
        self._ripple(changed)

    def read_again(self, births: Iterable[str]) -> None:
        """Nodes are read from scratch, since something that they follow has changed."""
        self._ripple(births)

    # --- following

    @property
    def under_way(self) -> bool:
        """Whether the first reading, or that after a large edit, is not at its end yet."""
        return self._late is not None

    def go_on(self, seconds: float) -> None:
        """Read on for a while, if the first reading is under way; tells what was found."""
        work, until = self._late, perf_counter() + seconds
        if work is None:
            return
        for _ in self._entering:
            if perf_counter() > until:
                return
        if self._work_off(work, until):
            self._late = None
        self._tell(work)

    def finish(self) -> None:
        """Read all that is left now."""
        while self.under_way:
            self.go_on(inf)

    def _enter(self) -> Iterator[None]:
        """Put the nodes into order, a few at a time, and all of them into the queue."""
        for at, node in enumerate(self.document.nodes()):
            if self.document.has_node(node.born) and node.born not in self.order.place:
                self.order.add(node.born)
            if at % PORTION == 0:
                yield
        for node in self.document.nodes():  # there may be others by now
            if node.born not in self.order.place:
                self.order.add(node.born)
        for at, wire in enumerate(self.document.wires()):
            self._arcs.enter(wire.key)
            if at % PORTION == 0:
                yield
        if self._late is not None:
            self._late.queue(self.order.place, self.order.place)

    def settle(self) -> None:
        """Run the rules about the graph as a whole, if an edit left them for later, once all is read."""
        self.finish()
        if not self._stale:
            return
        self._stale = False
        found: dict[str, list[Diagnostic]] = {}
        for diagnostic in whole.run(self):
            found.setdefault(diagnostic.born, []).append(diagnostic)
        old, self._whole = self._whole, {born: tuple(listed) for born, listed in found.items()}
        touched = {born for born in old.keys() | found.keys() if old.get(born) != self._whole.get(born)}
        if touched:
            self.changed.emit(frozenset(touched))

    def _see(self, patch: Patch) -> None:
        """Follow the drawing: by itself, or as it is meant from the first node on that takes no part."""
        for _ in self._entering:
            pass  # what an edit touches must have its place
        new = any(isinstance(record, Node) and record.state for _, record in patch.values())
        if new and not isinstance(self.document, Meant):
            self.document = Meant(self.drawn, {key: before for key, (before, _) in patch.items()})
            self._arcs.read(self.document)
            self._views.clear()
            self.document.changed.connect(self._follow)
        if isinstance(self.document, Meant):
            touched = self.document.touches(patch)
            self.document.follow(patch)
            if touched or self.document.touches(patch):
                self._stale = True
                self._ripple(self.document.beyond(patch))
        else:
            self._follow(patch)

    def _follow(self, patch: Patch) -> None:
        dirty = self._placements()
        patch = self.document.here(patch)
        for key, (before, after) in patch.items():
            if isinstance(before, Node) or isinstance(after, Node):
                dirty |= self._follow_node(key, before, after)
            elif isinstance(before, Wire) or isinstance(after, Wire):
                dirty |= {
                    end for wire in (before, after) if isinstance(wire, Wire) for end in (wire.source, wire.target)
                }
                self._stale = True
            elif not isinstance(before or after, Scenery):
                self._stale = True
        dirty |= self._arcs.follow(patch)
        self.lengths.clear()
        gone = [key for key in patch if key in self.order.place and not self.document.has_node(key)]
        for born in gone:
            self._forget(born)
        self._ripple(dirty | self._arcs.behind(dirty), told=set(gone))

    def _placements(self) -> set[str]:
        """The nodes that place blocks, if any block has changed: all of them are read again."""
        if self._edition == self.document.edition:
            return set()
        self._edition, self._stale = self.document.edition, True
        return {born for born in self.document.placements() if born in self.order.place}

    def _follow_node(self, key: str, before: Any, after: Any) -> set[str]:
        """The nodes that a node's change makes dirty."""
        if isinstance(before, Node) and isinstance(after, Node):
            return self._follow_edit(before, after)
        self._stale = True
        if isinstance(after, Node) and key not in self.order.place:
            self.order.add(key)
        ends = {end for wire in self.document.wires_at(key) for end in (wire.source, wire.target)}
        return ends | {key} | self._same_name(before, after) | self.document.sharers(key) | self._drawn(after or before)

    def _follow_edit(self, before: Node, after: Node) -> set[str]:
        dirty: set[str] = set()
        if before.kind != after.kind or before.id != after.id or not _is_plain(self.document.kind(after)):
            self._stale |= before != after
        self._stale |= before.params.get("frozen") != after.params.get("frozen") or "Muon" in self.document.by_kind()
        if before.id != after.id:
            ends = {end for wire in self.document.wires_at(after.born) for end in (wire.source, wire.target)}
            dirty |= ends | self._same_name(before, after)
        if (before.kind, before.params, before.id, before.extra) != (after.kind, after.params, after.id, after.extra):
            dirty |= {after.born} | self.document.sharers(after.born)
        self._stale |= before.params.get("shares") != after.params.get("shares")
        return dirty

    def _shared(self, born: str) -> bool:
        """Whether a node has to do with shared weights, of which a whole-graph rule judges."""
        document = self.document
        return bool(document.sharers(born)) or (document.has_node(born) and "shares" in document.node(born).params)

    def _same_name(self, *nodes: Any) -> set[str]:
        return {born for node in nodes if isinstance(node, Node) for born in self.document.holders(node.id)}

    def _forget(self, born: str) -> None:
        self.order.remove(born)
        self._questions.forget(born)
        for known in (self._values, self._inputs, self._found, self._views, self._steady):
            known.pop(born, None)

    def _ripple(self, dirty: Iterable[str], told: Iterable[str] = ()) -> None:
        """Read nodes again in order, from scratch, and onward as long as what they give changes."""
        work = Work() if self._late is None else self._late
        dirty = set(dirty)
        for born in dirty:
            self._views.pop(born, None)
            self.lengths.forget(born)
        again = self._begin_again({loop for born in dirty if (loop := self.loops.of(born)) is not None})
        work.before = again | work.before
        work.queue(dirty | again.keys(), self.order.place)
        work.told |= set(told)
        if self.patient and len(work) > MANY and not self.document.by_kind().get(DELAY):
            self._late = work
            self.changed.emit(frozenset(told))
        elif work is not self._late:
            self._work_off(work)
            self._tell(work)
        elif self.document.by_kind().get(DELAY):
            self.finish()  # what flows around a loop is found in one go

    def _work_off(self, work: Work, until: float = inf) -> bool:
        """Read what is queued, and what follows from it, for a while; whether all is read."""
        while work or self._push_late(work):
            born = work.next()
            if born not in self.order.place:
                continue  # it has gone since
            given = self._values.get(born)
            work.before.setdefault(born, (given, self._found.get(born)))
            work.asked += self._read(born)
            if self._values[born] != given:
                self.lengths.forget(born)
                self._push(work, {*self.order.after(born), *self._back_from(born, work.rounds)}, born)
            if until != inf and perf_counter() > until:
                return False
        return True

    def _tell(self, work: Work) -> None:
        """Tell what has changed, and what is asked."""
        before, gone, asked = work.tell()
        touched = {born for born, known in before.items() if known != (self._values.get(born), self._found.get(born))}
        self._stale = self._stale or any(map(self._shared, before))
        touched |= gone
        if touched or self._stale:
            onward = {key for born in touched for key in self._arcs.wires_from(born)}
            self.changed.emit(frozenset(touched | onward | aside.around(self)))
        for question in asked:
            self.asked.emit(question)

    def _push(self, work: Work, onward: set[str], born: str) -> None:
        """Nodes are to be read, with all of a loop that they stand on, if what goes on comes from outside of it."""
        if not self.loops.all():
            work.queue(onward, self.order.place)
            return
        own = self.loops.of(born)
        around = {loop for one in onward if (loop := self.loops.of(one)) is not None and loop is not own}
        again = self._begin_again({loop for loop in around if not loop.members & work.before.keys()})
        work.before |= again
        work.queue(onward | again.keys(), self.order.place)

    def _begin_again(self, loops: Iterable[Loop]) -> dict[str, Known]:
        """Loops are read as if for the first time, so that what was found before leaves no trace; what it was."""
        members = [born for loop in loops for born in loop.members if born in self.order.place]
        return {born: (self._values.pop(born, None), self._found.get(born)) for born in members}

    def _back_from(self, born: str, rounds: Counter[str]) -> set[str]:
        """The Delays that remember what a node gives; one whose shape never comes to rest is left alone."""
        found = self._arcs.back_from(born)
        if not found:
            return found
        rounds.update(found)
        self.restless = (self.restless - found) | {one for one in found if rounds[one] > ROUNDS}
        return found - self.restless

    def _push_late(self, work: Work) -> bool:
        """Once all is read: what takes from a loop whose length has become known, or another, is read again."""
        times = {loop: time(self, loop) for loop in self.loops.all().values()}
        changed, self._times = [loop for loop in times if times[loop] != self._times.get(loop)], times
        for born, known in self._begin_again(changed).items():
            work.before.setdefault(born, known)
        for loop in changed:
            ends = {wire.target for born in loop.members for wire in self.document.wires_from(born)} | loop.members
            work.queue(ends, self.order.place)
        return bool(work)

    # --- reading one node

    def _read(self, born: str) -> list[dict[str, Any]]:
        """Read a node; answers the questions that it raises for the first time."""
        view = self._views.get(born)
        if view is None:
            node = self.document.node(born)
            view = View(self.document, self, node, self.document.make(node))
            if not self.under_way:  # of so many nodes they would take much memory
                self._views[born] = view
            self._steady[born] = tuple(steady(view))
        else:
            view.look()
        asked = self._work_out(born, view)
        self._inputs[born] = view.inputs
        self._found[born] = (*self._steady[born], *passing(view))
        return asked

    def _work_out(self, born: str, view: View) -> list[dict[str, Any]]:
        """What a node gives; the questions that it raises for the first time. An answer may raise the next question."""
        asked = self._ask(born, view)
        self._values[born] = self._outputs(view)
        for _ in range(ANSWERS):
            before = self._questions.of(born)
            more = self._ask(born, view) if before is not None else []
            if self._questions.of(born) == before:
                break
            asked += more
            view.misfit = None
            self._values[born] = self._outputs(view)
        return asked

    def _outputs(self, view: View) -> dict[str, Value]:
        if view.born in self._given:
            return {port.name: self._given[view.born] for port in view.made.outputs}
        if view.readable:
            try:
                rows = self._first_data() if isinstance(view.made, Drawn) else ""
                return view.made.read(view.inputs, Place(view.born, self.facts(view.born), rows))
            except Misfit as misfit:
                view.misfit = misfit
        return {port.name: _OF_TYPE[port.type] for port in view.made.ports_out()}

    def _first_data(self) -> str:
        """The first node of the drawing that has rows to train on."""
        kinds = {name: self.document.catalogue.get(name) for name in self.document.by_kind()}
        births = [
            node.born
            for name, kind in kinds.items()
            if kind and issubclass(kind, Data)
            for node in map(self.document.node, self.document.by_kind()[name])
        ]
        return min(births, key=lambda born: self.document.node(born).rank, default="")

    def _drawn(self, node: Node) -> set[str]:
        """The nodes whose rows are those of some data, where a node with data comes or goes."""
        changed = self.document.catalogue.get(node.kind)
        if changed is None or not issubclass(changed, Data):
            return set()
        return {
            born
            for name, births in self.document.by_kind().items()
            if (kind := self.document.catalogue.get(name)) and issubclass(kind, Drawn)
            for born in births
            if born in self.order.place
        }

    def _ask(self, born: str, view: View) -> list[dict[str, Any]]:
        made = view.made
        if not isinstance(made, Data) and type(made).asks is Kind.asks:
            self._questions.forget(born)
            return []
        question = made.question() if isinstance(made, Data) else made.asks(view.inputs) if view.readable else None
        return list(self._questions.ask(born, question))


def _is_plain(kind: Any) -> bool:
    return kind is not None and issubclass(kind, Layer)
