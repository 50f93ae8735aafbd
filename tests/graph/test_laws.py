"""The laws of a document hold under any sequence of verbs, undo and redo."""

import json
from contextlib import suppress

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from graph import edits, queries
from graph.catalogue import standard
from graph.document import Document
from graph.edits import Refused
from graph.edits.neurons import Learned, Tap
from graph.history import History
from graph.inside import deepest, way_into
from graph.project import parse, write
from graph.reading import Reading
from graph.records import Frame, Node, Note, Settings, Wire, level_of, ranked

CATALOGUE = standard()
KINDS = [kind.__name__ for kind in CATALOGUE.drawn()]

EMPTY = '{"nodes": []}'
SMALL = """{"format": "neuroloom", "version": 1,
 "nodes": [
  {"id": "digits", "kind": "Digits", "at": [0, 0]},
  {"id": "conv1", "kind": "Conv2d", "params": {"out_channels": 4}, "at": [200, 0]},
  {"id": "flat", "kind": "Flatten"},
  {"id": "fc1", "kind": "Linear", "params": {"out_features": 10}, "at": [600, 0]},
  {"id": "loss", "kind": "CrossEntropyLoss"},
  {"id": "adam", "kind": "Adam"}
 ],
 "frames": [{"id": "frame1", "title": "Network", "rect": [-20, -60, 900, 300]}, 3],
 "notes": [{"id": "note1", "text": "**Read** me", "at": [10, 60], "size": [100, 60]}],
 "sheet": {"bookmarks": [{"name": "a", "at": [0, 0], "zoom": 0.5, "key": 1}]},
 "wires": ["digits.x -> conv1.x", "conv1.y -> flat.x", "flat.y -> fc1.x", "fc1.y -> loss.prediction",
  "digits.y -> loss.target", "loss.loss -> adam.loss"],
 "run": {"epochs": 3}}"""
ODD = """{"format": "neuroloom", "version": 1, "comment": "kept",
 "nodes": [
  {"id": "moons", "kind": "Moons"},
  {"id": "n1", "kind": "Neuron"}, {"id": "n2", "kind": "Neuron", "params": {"bias": 1e400}},
  {"id": "n2", "kind": "Neuron"}, {"id": "odd", "kind": "Nobody", "params": {"depth": 3}}, 17,
  {"id": "add1", "kind": "Add"}, {"id": "act1", "kind": "ReLU"}
 ],
 "wires": [{"wire": "moons.x[0] -> n1.x", "weight": 0.5, "fixed": true}, "moons.x[1] -> n1.x", "n1.y -> n2.x",
  "n2.y -> n1.x", "add1.y -> act1.x", "act1.y -> add1.a", "moons.x -> odd.x", "ghost.y -> act1.x", 5]}"""
BLOCKS = """{"format": "neuroloom", "version": 1,
 "nodes": [
  {"id": "moons", "kind": "Moons"}, {"id": "first", "kind": "Pair", "params": {"width": 4}},
  {"id": "second", "kind": "Pair", "shares": "first"}, {"id": "loss", "kind": "CrossEntropyLoss"}
 ],
 "wires": ["moons.x -> first.x", "first.y -> second.x", "second.y -> loss.prediction", "moons.y -> loss.target"],
 "blocks": {
  "Pair": {"params": {"width": 3}, "nodes": [
    {"id": "x", "kind": "Input"}, {"id": "fc", "kind": "Linear", "params": {"out_features": "=2*width"}},
    {"id": "bend", "kind": "Bend", "repeat": 2}, {"id": "y", "kind": "Output"}],
   "wires": ["x.x -> fc.x", "fc.y -> bend.x", "bend.y -> y.x"],
   "frames": [{"id": "frame1", "title": "Inside", "rect": [0, 0, 90, 90]}], "sheet": {"flow": "down"}},
  "Bend": {"nodes": [{"id": "x", "kind": "Input"}, {"id": "act", "kind": "ReLU"}, {"id": "y", "kind": "Output"}],
   "wires": ["x.x -> act.x", "act.y -> y.x"]},
  "Odd": 3}}"""
STATES = """{"format": "neuroloom", "version": 1,
 "nodes": [
  {"id": "moons", "kind": "Moons"}, {"id": "n1", "kind": "Neuron", "state": "bypassed"},
  {"id": "n2", "kind": "Neuron"}, {"id": "lstm", "kind": "LSTM", "state": "bypassed"},
  {"id": "add1", "kind": "Add", "state": "bypassed"}, {"id": "act1", "kind": "ReLU", "state": "muted"},
  {"id": "odd", "kind": "Nobody", "state": "bypassed"}, {"id": "fc1", "kind": "Linear", "state": 3},
  {"id": "keep", "kind": "Delay"}, {"id": "loss", "kind": "MSELoss"},
  {"id": "sgd", "kind": "SGD", "params": {"trains": ["fc1", "act1", "n2"]}}, {"id": "one", "kind": "Bend"}
 ],
 "wires": ["moons.x[0] -> n1.x", "moons.x -> lstm.x", "lstm.h -> add1.a", "n1.y -> add1.b", "add1.y -> act1.x",
  "act1.y -> odd.x", "odd.y -> fc1.x", "n1.y -> n2.x", "moons.x[0] -> n2.x", "add1.y -> keep.x", "keep.y -> add1.c",
  "fc1.y -> loss.prediction", "n2.y -> loss.target", "loss.loss -> sgd.loss", "lstm.y -> one.x"],
 "blocks": {
  "Bend": {"nodes": [{"id": "x", "kind": "Input", "state": "muted"}, {"id": "act", "kind": "ReLU", "state": "bypassed"},
    {"id": "drop", "kind": "Dropout"}, {"id": "y", "kind": "Output"}],
   "wires": ["x.x -> act.x", "act.y -> drop.x", "drop.y -> y.x"]}}}"""
ROW = """{"format": "neuroloom", "version": 1,
 "nodes": [
  {"id": "moons", "kind": "Moons"}, {"id": "fc1", "kind": "Linear", "params": {"out_features": 2}},
  {"id": "act1", "kind": "ReLU"}, {"id": "fc2", "kind": "Linear", "params": {"out_features": 2}},
  {"id": "act2", "kind": "ReLU"}, {"id": "fc3", "kind": "Linear", "params": {"out_features": 2}},
  {"id": "act3", "kind": "ReLU"}, {"id": "loss", "kind": "CrossEntropyLoss"}
 ],
 "wires": ["moons.x -> fc1.x", "fc1.y -> act1.x", "act1.y -> fc2.x", "fc2.y -> act2.x", "act2.y -> fc3.x",
  "fc3.y -> act3.x", "act3.y -> loss.prediction", "moons.y -> loss.target"]}"""


POINTS = st.tuples(st.floats(-9, 9), st.floats(-9, 9))
RECTS = st.tuples(st.floats(-200, 200), st.floats(-200, 200), st.floats(-9, 900), st.floats(0, 900))
TEXTS = st.sampled_from(["", "a", "Two words", "# Head\n- item", " "])
VALUES = [0, 1, "=2*width", 3, 64, -1, 0.5, True, None, "relu", "same", [2, 2], float("nan"), 10**30]


class Stop(Exception):
    """What goes wrong in the middle of a step."""


class Laws(RuleBasedStateMachine):
    @initialize(text=st.sampled_from([EMPTY, SMALL, ODD, BLOCKS, STATES, ROW]))
    def begin(self, text):
        self.block = ""
        self.look = None
        self.document = parse(text, CATALOGUE)
        self.start = dict(self.document.records)
        self.history = History(self.document)
        self.mirror = dict(self.document.records)
        self.document.changed.connect(self.follow)
        self.reading = Reading(self.document)
        self.saved = dict(self.document.records)

    def follow(self, patch):
        """A listener that sees nothing but patches."""
        for key, (before, after) in patch.items():
            assert self.mirror.get(key) == before
            assert before != after
            if after is None:
                del self.mirror[key]
            else:
                self.mirror[key] = after

    def step(self, verb, *arguments, **options):
        """One step of the user; what is refused leaves no trace."""
        before, entries, position = dict(self.document.records), self.history.entries, self.history.position
        try:
            with self.history.step(verb.__name__):
                return verb(self.here, *arguments, **options)
        except Refused as refused:
            said = str(refused)
            assert self.document.records == before
            assert (self.history.entries, self.history.position) == (entries, position)
        assert said.endswith((".", "?"))
        return None

    # --- choices

    @property
    def here(self):
        """The level on which the user is: a block, as long as it is there."""
        return self.document.inside(self.block if self.document.the_block(self.block) else "")

    def a_block(self, data):
        return data.draw(st.sampled_from([*(block.born for block in self.document.blocks()), "nothing"]), "block")

    def a_node(self, data):
        births = [node.born for node in self.here.nodes()]
        return data.draw(st.sampled_from([*births, "nobody"]), "node")

    def some_nodes(self, data):
        births = [node.born for node in self.here.nodes()]
        return data.draw(st.lists(st.sampled_from(births), unique=True, max_size=4), "nodes") if births else []

    def sizes(self):
        return {node.born: (128, 48) for node in self.here.nodes()}

    def a_wire(self, data):
        return data.draw(st.sampled_from([*(wire.key for wire in self.here.wires()), "no wire"]), "wire")

    def a_port(self, data, born, side):
        ports = []
        if self.here.has_node(born):
            found = queries.ports_in(self.here, born) if side == "in" else queries.ports_out(self.here, born)
            ports = [port.name for port in found]
        return data.draw(st.sampled_from([*ports, "x", "nothing"]), "port")

    # --- verbs

    @rule(
        kind=st.sampled_from([*KINDS, "Nobody"]),
        at=st.none() | st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)),
        id=st.none() | st.sampled_from(["a", "fc1", "n1", "double", "two words"]),
    )
    def add(self, kind, at, id):
        if len(self.here.nodes()) < 14:
            self.step(edits.add, kind, at, id)

    @rule(data=st.data())
    def remove(self, data):
        self.step(edits.remove, [*self.some_nodes(data)[:2], self.a_wire(data)])

    @rule(data=st.data())
    def remove_and_reconnect(self, data):
        self.step(edits.remove_and_reconnect, self.some_nodes(data)[:2])

    @rule(data=st.data(), select=st.none() | st.integers(-1, 3) | st.just("alcohol") | st.just((0, 2)),
          weight=st.none() | st.floats(-2, 2))  # fmt: skip
    def connect(self, data, select, weight):
        source, target = self.a_node(data), self.a_node(data)
        ends = source, self.a_port(data, source, "out"), target, self.a_port(data, target, "in")
        self.step(edits.connect, *ends, select, weight)

    @rule(data=st.data(), id=st.sampled_from(["a", "b", "fc1", "n1", "digits", "lambda", "ä", ""]))
    def rename(self, data, id):
        self.step(edits.rename, self.a_node(data), id)

    @rule(
        data=st.data(),
        value=st.sampled_from(VALUES),
    )
    def set_param(self, data, value):
        born = self.a_node(data)
        kind = self.here.kind(self.here.node(born)) if self.here.has_node(born) else None
        name = data.draw(st.sampled_from([*(kind.params if kind else ()), "nothing"]), "parameter")
        self.step(edits.set_param, born, name, value)

    @rule(data=st.data())
    def reset_param(self, data):
        born = self.a_node(data)
        params = self.here.node(born).params if self.here.has_node(born) else {}
        self.step(edits.reset_param, born, data.draw(st.sampled_from([*params, "nothing"]), "parameter"))

    @rule(data=st.data(), kind=st.sampled_from([*KINDS, "Nobody"]))
    def change_kind(self, data, kind):
        self.step(edits.change_kind, self.a_node(data), kind)

    @rule(data=st.data(), at=st.tuples(st.floats(), st.floats()))
    def move(self, data, at):
        self.step(edits.move, dict.fromkeys(self.some_nodes(data), at))

    @rule(data=st.data(), changes=st.fixed_dictionaries({}, optional={
        "weight": st.none() | st.floats(-2, 2), "fixed": st.booleans(),
        "select": st.none() | st.integers(0, 2), "via": st.lists(POINTS, max_size=2),
    }))  # fmt: skip
    def set_wire(self, data, changes):
        self.step(edits.set_wire, self.a_wire(data), **changes)

    @rule(data=st.data())
    def unbend(self, data):
        self.step(edits.unbend, [self.a_wire(data)])

    @rule(data=st.data())
    def detach(self, data):
        self.step(edits.detach, self.some_nodes(data))

    @rule(data=st.data(), edge=st.sampled_from(["left", "middle"]))
    def align(self, data, edge):
        self.step(edits.align, self.some_nodes(data), self.sizes(), edge)

    @rule(data=st.data(), way=st.sampled_from(["across", "down"]))
    def distribute(self, data, way):
        self.step(edits.distribute, self.some_nodes(data), self.sizes(), way)

    @rule(data=st.data())
    def straighten(self, data):
        ends = {wire.key: ((128, 24), (0, 24)) for wire in self.here.wires()}
        self.step(edits.straighten, self.some_nodes(data), self.sizes(), ends)

    @rule(data=st.data(), kind=st.sampled_from(KINDS))
    def insert(self, data, kind):
        if len(self.here.nodes()) < 14:
            self.step(edits.insert, self.a_wire(data), kind)

    @rule(data=st.data())
    def insert_node(self, data):
        self.step(edits.insert_node, self.a_wire(data), self.a_node(data))

    @rule(data=st.data(), at=st.none() | st.just((5.0, 5.0)))
    def paste(self, data, at):
        text = data.draw(st.sampled_from([SMALL, ODD, BLOCKS, "no drawing"]), "text")
        if len(self.here.nodes()) < 8:
            self.step(edits.paste, text, at)

    @rule(data=st.data())
    def duplicate(self, data):
        if len(self.here.nodes()) < 10:
            self.step(edits.duplicate, self.some_nodes(data))

    @rule(
        name=st.sampled_from(["epochs", "seed", "device", "nothing"]), value=st.sampled_from([0, 1, 5, "cpu", None, -3])
    )
    def set_run(self, name, value):
        self.step(edits.set_run, name, value)

    @rule(data=st.data(), some=st.booleans())
    def arrange(self, data, some):
        self.step(edits.arrange, self.some_nodes(data) if some else None)

    @rule(flow=st.sampled_from(["right", "down"]))
    def set_flow(self, flow):
        self.step(edits.set_flow, flow)

    # --- neurons

    def some_taps(self, data):
        return [Tap(born, self.a_port(data, born, "out")) for born in self.some_nodes(data)]

    @rule(data=st.data(), count=st.integers(0, 3))
    def add_row(self, data, count):
        if len(self.here.nodes()) < 12:
            self.step(edits.add_row, count, self.some_taps(data))

    @rule(data=st.data())
    def connect_rows(self, data):
        self.step(edits.connect_rows, self.some_taps(data), self.some_nodes(data))

    @rule(data=st.data())
    def wire_fully(self, data):
        self.step(edits.wire_fully, self.some_nodes(data))

    @rule(data=st.data(), size=st.integers(1, 3))
    def open_linear(self, data, size):
        born = self.a_node(data)
        if len(self.here.nodes()) < 14:
            self.step(edits.set_param, born, "out_features", size)
            self.step(edits.open_linear, born)

    @rule(data=st.data())
    def close_row(self, data):
        births = [node.born for node in self.here.nodes() if node.kind == "Neuron"]
        self.step(edits.close_row, births[-2:] if data.draw(st.booleans(), "neurons") else self.some_nodes(data))

    @rule(data=st.data(), bias=st.none() | st.floats(-2, 2))
    def adopt_weights(self, data, bias):
        learned = {born: Learned({self.a_wire(data): 0.5}, bias) for born in self.some_nodes(data)}
        self.step(edits.adopt_weights, learned)

    # --- blocks

    @rule(data=st.data())
    def go_elsewhere(self, data):
        """Look into a block, or at the drawing again."""
        self.block = data.draw(st.sampled_from(["", *(block.born for block in self.document.blocks())]), "level")
        if self.look is not None:
            self.look.close()
        self.look = deepest(self.document, self.reading, way_into(self.document, self.block) or ())

    @rule(data=st.data(), id=st.sampled_from(["", "Part", "Pair", "fc1", "Net", "two words"]))
    def collapse(self, data, id):
        if len(self.document.blocks()) < 6:
            self.step(edits.collapse, self.some_nodes(data), id)

    @rule(data=st.data(), some=st.booleans())
    def fold_repeats(self, data, some):
        self.step(edits.fold_repeats, None, self.some_nodes(data) if some else None)

    @rule(data=st.data())
    def unpack(self, data):
        if len(self.here.nodes()) < 14:
            self.step(edits.unpack, self.a_node(data))

    @rule(id=st.sampled_from(["Block", "Pair", "Net", "1"]))
    def new_block(self, id):
        if len(self.document.blocks()) < 6:
            self.step(edits.new_block, id)

    @rule(data=st.data(), id=st.sampled_from(["Block", "Pair", "Skip", "Linear", "Net", ""]))
    def rename_block(self, data, id):
        self.step(edits.rename_block, self.a_block(data), id)

    @rule(data=st.data())
    def remove_block(self, data):
        self.step(edits.remove_block, self.a_block(data))

    @rule(data=st.data(), name=st.sampled_from(["width", "depth", "repeat", "in", "x y"]),
          value=st.sampled_from([0, 3, 0.5, True, "same", None, [1]]))  # fmt: skip
    def set_block_param(self, data, name, value):
        self.step(edits.set_block_param, self.a_block(data), name, value)

    @rule(data=st.data(), name=st.sampled_from(["width", "depth", "nothing"]))
    def drop_block_param(self, data, name):
        self.step(edits.drop_block_param, self.a_block(data), name)

    @rule(
        data=st.data(), name=st.sampled_from(["width", "depth"]), new=st.sampled_from(["size", "width", "repeat", ""])
    )
    def rename_block_param(self, data, name, new):
        self.step(edits.rename_block_param, self.a_block(data), name, new)

    @rule(data=st.data())
    def separate(self, data):
        if len(self.document.blocks()) < 6:
            self.step(edits.separate, self.a_node(data))

    @rule(data=st.data(), state=st.sampled_from(["muted", "bypassed", "bypassed", "", "asleep"]))
    def set_state(self, data, state):
        self.step(edits.set_state, self.some_nodes(data), state)

    @rule(data=st.data(), state=st.sampled_from(["muted", "bypassed"]))
    def toggle_state(self, data, state):
        self.step(edits.toggle_state, self.some_nodes(data), state)

    @rule(data=st.data(), by=st.integers(-2, 2))
    def move_port(self, data, by):
        self.step(edits.move_port, self.a_node(data), by)

    @rule(block=st.sampled_from(["Pair", "Bend", "Odd", "Nothing"]))
    def bring(self, block):
        if len(self.document.blocks()) < 6:
            self.step(edits.bring, BLOCKS, block)

    @rule(data=st.data())
    def connect_with_delay(self, data):
        source, target = self.a_node(data), self.a_node(data)
        ends = source, self.a_port(data, source, "out"), target, self.a_port(data, target, "in")
        if len(self.here.nodes()) < 14:
            self.step(edits.connect_with_delay, *ends)

    # --- frames, notes, bookmarks

    def some_things(self, data):
        """Nodes, frames and notes, and perhaps what is none."""
        keys = [record.key for record in (*self.here.nodes(), *self.here.frames(), *self.here.notes())]
        return data.draw(st.lists(st.sampled_from([*keys, "#frame/none"]), unique=True, max_size=4), "things")

    def a_frame(self, data):
        return data.draw(st.sampled_from([*(frame.key for frame in self.here.frames()), "#frame/none"]), "frame")

    def a_note(self, data):
        return data.draw(st.sampled_from([*(note.key for note in self.here.notes()), "#note/none"]), "note")

    @rule(rect=RECTS, title=TEXTS, colour=st.sampled_from(["", "data", "no colour"]))
    def add_frame(self, rect, title, colour):
        if len(self.here.frames()) < 5:
            self.step(edits.add_frame, rect, title, colour)

    @rule(data=st.data())
    def add_frame_around(self, data):
        if len(self.here.frames()) < 5:
            self.step(edits.add_frame_around, self.some_things(data), "Part")

    @rule(data=st.data(), changes=st.fixed_dictionaries({}, optional={
        "title": TEXTS, "colour": st.just("loss"), "rect": RECTS,
    }))  # fmt: skip
    def set_frame(self, data, changes):
        self.step(edits.set_frame, self.a_frame(data), **changes)

    @rule(data=st.data())
    def fit_frame(self, data):
        self.step(edits.fit_frame, self.a_frame(data))

    @rule(data=st.data(), at=st.tuples(st.floats(), st.floats()))
    def move_frame(self, data, at):
        self.step(edits.move_frame, self.a_frame(data), at)

    @rule(text=TEXTS, at=POINTS, size=st.none() | POINTS)
    def add_note(self, text, at, size):
        if len(self.here.notes()) < 5:
            self.step(edits.add_note, text, at, size)

    @rule(data=st.data(), changes=st.fixed_dictionaries({}, optional={"text": TEXTS, "at": POINTS, "size": POINTS}))
    def set_note(self, data, changes):
        self.step(edits.set_note, self.a_note(data), **changes)

    @rule(data=st.data())
    def fit_note(self, data):
        self.step(edits.fit_note, self.a_note(data))

    @rule(name=TEXTS, at=POINTS, zoom=st.floats(), slot=st.integers(-1, 10))
    def set_bookmark(self, name, at, zoom, slot):
        self.step(edits.set_bookmark, name, at, zoom, slot)

    @rule(name=TEXTS, new=TEXTS)
    def rename_bookmark(self, name, new):
        self.step(edits.rename_bookmark, name, new)

    @rule(name=TEXTS)
    def remove_bookmark(self, name):
        self.step(edits.remove_bookmark, name)

    @rule(data=st.data(), at=POINTS, name=st.sampled_from(["", "Inner"]))
    def what_stands_with_nodes_goes_with_them(self, data, at, name):
        things = self.some_things(data)
        verb = data.draw(st.sampled_from([edits.duplicate, edits.collapse, edits.move, edits.remove]), "verb")
        if verb is edits.collapse and len(self.document.blocks()) < 6:
            self.step(edits.collapse, things, name)
        elif verb is edits.move:
            self.step(edits.move, dict.fromkeys(things, at))
        elif verb is edits.remove or len(self.here.nodes()) < 10:
            self.step(verb, things)

    # --- the tape

    @rule()
    def undo(self):
        self.history.undo()

    @rule()
    def redo(self):
        self.history.redo()

    @rule(data=st.data())
    def jump(self, data):
        self.history.jump(data.draw(st.integers(0, len(self.history.entries)), "position"))

    @rule()
    def save(self):
        self.history.mark_saved()
        self.saved = dict(self.document.records)

    @precondition(lambda self: self.document.nodes())
    @rule(data=st.data())
    def several_verbs_are_one_step(self, data):
        before, position = dict(self.document.records), self.history.position
        with suppress(Refused), self.history.step("Several"):
            edits.duplicate(self.here, self.some_nodes(data)[:1])
            with self.history.step("Inner"):
                edits.remove(self.here, self.some_nodes(data))
        assert self.history.position <= position + 1
        if self.history.position > position:
            self.history.undo()
            assert self.document.records == before
            self.history.redo()

    @rule(data=st.data())
    def a_step_that_fails_leaves_no_trace(self, data):
        before, entries = dict(self.document.records), self.history.entries
        with suppress(Stop, Refused), self.history.step("Fails"):
            edits.remove(self.here, self.some_nodes(data))
            edits.add(self.here, "ReLU")
            raise Stop
        assert self.document.records == before
        assert self.history.entries == entries

    @rule(data=st.data())
    def a_draft_leaves_no_trace_and_tells_the_patch(self, data):
        before, entries, chosen = dict(self.document.records), self.history.entries, self.some_nodes(data)
        patch = self.here.draft(lambda doc: edits.remove(doc, chosen))
        assert self.document.records == before
        assert self.history.entries == entries
        self.step(edits.remove, chosen)
        assert {key: self.document.records.get(key) for key in patch} == {
            key: after for key, (_, after) in patch.items()
        }
        untouched = {key: record for key, record in before.items() if key not in patch}
        assert {key: record for key, record in self.document.records.items() if key not in patch} == untouched

    # --- laws

    @invariant()
    def whoever_sees_only_patches_holds_a_mirror(self):
        assert self.mirror == self.document.records

    @invariant()
    def the_index_of_each_level_equals_the_records(self):
        assert all(record.key == key for key, record in self.document.records.items())
        levels = {level_of(record) for record in self.document.records.values()}
        assert levels <= {"", *(block.born for block in self.document.blocks())}
        for block in levels:
            self.compare_index(self.document.inside(block))

    def compare_index(self, document):
        records = {key: record for key, record in document.records.items() if document.holds(record)}
        nodes = {key: record for key, record in records.items() if isinstance(record, Node)}
        wires = {key: record for key, record in records.items() if isinstance(record, Wire)}
        assert set(document.graph.nodes) == nodes.keys()
        whole = {(w.source, w.target, key) for key, w in wires.items() if w.source in nodes and w.target in nodes}
        assert set(document.graph.edges(keys=True)) == whole
        assert document.nodes() == sorted(nodes.values(), key=lambda node: (node.rank, node.born))
        assert document.wires() == sorted(wires.values(), key=lambda wire: (wire.rank, wire.key))
        for kind, listed in ((Frame, document.frames()), (Note, document.notes())):
            assert listed == ranked([record for record in records.values() if isinstance(record, kind)])
        for born, node in nodes.items():
            assert born in document.holders(node.id)
            assert {w.key for w in document.wires_into(born)} == {key for key, w in wires.items() if w.target == born}
            assert {w.key for w in document.wires_from(born)} == {key for key, w in wires.items() if w.source == born}

    @invariant()
    def reading_on_equals_reading_afresh(self):
        fresh_document = Document(CATALOGUE, self.document.records)
        assert told(self.reading, self.document) == told(Reading(fresh_document), fresh_document)

    @invariant()
    def a_look_into_a_block_equals_a_look_afresh(self):
        look = self.look
        if look is not None and look.path and not look.is_lost:
            reading = Reading(self.document)
            fresh = deepest(self.document, reading, look.path)
            assert fresh.path == look.path
            assert told(look.reading, look.document) == told(fresh.reading, fresh.document)

    @invariant()
    def what_is_written_reads_the_same(self):
        text = write(self.document)
        assert write(parse(text, CATALOGUE)) == text
        json.loads(text)

    @invariant()
    def unmodified_means_as_it_was_saved(self):
        if not self.history.modified:
            assert self.document.records == self.saved

    def teardown(self):
        if not hasattr(self, "history"):
            return
        while self.history.can_redo:
            self.history.redo()
        end = dict(self.document.records)
        while self.history.can_undo:
            self.history.undo()
        assert without_empty_settings(self.document.records) == without_empty_settings(self.start)
        while self.history.can_redo:
            self.history.redo()
        assert self.document.records == end
        assert self.mirror == end


def told(reading, document):
    """All that a reading says."""
    births = [node.born for node in document.nodes()]
    return {
        "values": {
            (born, port.name): reading.value(born, port.name)
            for born in births
            for port in queries.ports_out(document, born)
        },
        "wires": {wire.key: reading.on(wire.key) for wire in document.wires()},
        "inputs": {born: reading.inputs(born) for born in births},
        "costs": {born: reading.cost(born) for born in births},
        "diagnostics": [(d.code, d.level, d.born, d.port, d.message) for d in reading.diagnostics()],
        "of nodes": {
            born: sorted((d.code, d.level, d.port or "", d.message) for d in reading.diagnostics(born))
            for born in births
        },
    }


def without_empty_settings(records):
    return {key: record for key, record in records.items() if record != Settings()}


TestLaws = Laws.TestCase
TestLaws.settings = settings(
    max_examples=80, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def test_every_verb_is_tried():
    """Each verb of the user stands in a rule above."""
    rules = {name for name in vars(Laws) if not name.startswith("_")}
    assert set(edits.__all__) - {"Refused"} <= rules
