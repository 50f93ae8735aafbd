"""The inspector shows what a kind declares, and changes the document through its history."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from designer.panels.inspector import Inspector
from designer.panels.sections.facts import Facts, counted, sized
from designer.panels.sections.head import Head
from designer.panels.sections.lines import Lines
from designer.panels.sections.problems import NodeProblems
from designer.panels.sections.scenery import FrameForm, NoteForm
from designer.panels.sections.weights import Weights
from designer.source import LiveSource
from graph import edits
from graph.catalogue import standard
from tests.designer.conftest import digits_net, settle


@pytest.fixture
def shown(start, theme, qtbot):
    """Gives a session and its inspector, drawn by a verb, with one node selected."""

    def make(verb, id=None):
        session = start(verb)
        source = LiveSource(session.reading, session.bridge, session)
        inspector = Inspector(session, source, theme)
        qtbot.addWidget(inspector)
        if id:
            session.selection.set([session.document.find(id).born])
            settle()
        return session, inspector

    return make


def part(inspector, kind):
    return next(section for section in inspector.sections if isinstance(section, kind))


def test_there_is_a_row_for_every_parameter_of_every_kind(shown):
    def everything(document):
        for kind in standard().drawn():
            edits.add(document, kind.name(), id=f"a_{kind.name().lower()}")

    session, inspector = shown(everything)
    for node in session.document.nodes():
        session.selection.set([node.born])
        inspector.show_selection()
        kind = session.document.kind(node)
        assert set(inspector.parameters.rows) == set(kind.params)
        for name, row in inspector.parameters.rows.items():
            assert row.field.toolTip() == kind.params[name].help


def test_what_training_takes_is_told_once_the_source_is_known(shown):
    session, inspector = shown(digits_net)
    assert "Training takes" not in labels(inspector)
    edits.set_param(session.document, session.document.find("fc").born, "out_features", 10)
    inspector._source.write()
    assert "Training takes" in labels(inspector)


def labels(inspector):
    return [label.text() for label in inspector.sections[0].findChildren(QLabel)]


def test_a_typed_number_is_one_step_that_undo_takes_back(shown):
    session, inspector = shown(digits_net, "fc")
    line = inspector.parameters.rows["out_features"].field.line
    line.selectAll()
    QTest.keyClicks(line, "12")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert session.document.find("fc").params["out_features"] == 12
    session.history.undo()
    settle()
    assert session.document.find("fc").params["out_features"] == 3
    assert line.text() == "3"


def test_weights_are_folded_away_and_show_what_matters(shown, qtbot):
    session, inspector = shown(digits_net, "fc")
    rows, fold = inspector.parameters.rows, inspector.parameters.folds["weights"]
    assert fold.body.isHidden()
    assert not fold.isAncestorOf(rows["bias"].field)
    assert fold.isAncestorOf(rows["init"].field)
    fold.head.click()
    assert not fold.body.isHidden()
    assert rows["init_std"].field.isHidden()
    edits.set_param(session.document, session.selection.single, "init", "normal")
    settle()
    assert not rows["init_std"].field.isHidden()
    assert rows["init_slope"].field.isHidden()
    assert fold.head.text() == "Weights · 1 set"
    edits.set_param(session.document, session.selection.single, "init", "kaiming_normal")
    edits.set_param(session.document, session.selection.single, "init_nonlinearity", "leaky_relu")
    settle()
    assert rows["init_std"].field.isHidden()
    assert not rows["init_slope"].field.isHidden()
    session.selection.set([session.document.find("adam").born])
    settle()
    session.selection.set([session.document.find("fc").born])
    settle()
    assert not inspector.parameters.folds["weights"].body.isHidden()


def test_a_bad_value_is_refused_with_a_sentence_and_changes_nothing(shown):
    session, inspector = shown(digits_net, "fc")
    before = dict(session.document.records)
    row = inspector.parameters.rows["out_features"]
    row.field.line.selectAll()
    QTest.keyClicks(row.field.line, "many")
    QTest.keyClick(row.field.line, Qt.Key.Key_Return)
    assert session.document.records == before
    assert "whole number" in row.wrong.text()
    assert not row.wrong.isHidden()


def test_arrow_keys_step_and_the_way_back_leads_to_the_default(shown):
    session, inspector = shown(digits_net, "adam")
    row = inspector.parameters.rows["lr"]
    QTest.keyClick(row.field.line, Qt.Key.Key_Up)
    assert session.document.find("adam").params["lr"] == pytest.approx(0.002)
    settle()
    row.back.click()
    assert "lr" not in session.document.find("adam").params


def test_facts_are_those_of_the_reading(shown):
    _, inspector = shown(digits_net, "fc")
    table = part(inspector, Facts).table
    assert table.text("Output") == "3"
    assert table.text("Parameters") == f"{64 * 3 + 3:,}"


def test_a_fix_is_one_click_and_undoable(shown):
    session, inspector = shown(digits_net, "loss")
    problems = part(inspector, NodeProblems)
    (found,) = [one for one in session.reading.diagnostics(session.selection.single) if one.fix]
    problems._fix(found)
    settle()
    assert session.document.find("fc").params["out_features"] == 10
    assert problems.isHidden()
    session.history.undo()
    assert session.document.find("fc").params["out_features"] == 3


def test_the_name_is_edited_in_place_and_a_bad_one_is_refused(shown):
    session, inspector = shown(digits_net, "fc")
    said = []
    inspector.refused.connect(said.append)
    head = part(inspector, Head)
    for name in ("scores", "two words"):
        head.name.selectAll()
        QTest.keyClicks(head.name, name)
        QTest.keyClick(head.name, Qt.Key.Key_Return)
    assert session.document.find("scores")
    assert head.name.text() == "scores"
    assert len(said) == 1
    assert "two words" in said[0]


def test_the_lines_of_the_node_are_those_of_the_source(shown):
    def right(document):
        digits_net(document)
        edits.set_param(document, document.find("fc").born, "out_features", 10)

    _, inspector = shown(right, "fc")
    inspector._source.write()
    assert "self.fc = nn.Linear(64, 10)" in part(inspector, Lines).text.toPlainText()


def test_long_names_make_it_no_wider_and_begin_with_their_beginning(shown):
    def long(document):
        digits_net(document)
        edits.set_param(document, document.find("fc").born, "out_features", 10)
        for node in document.nodes():
            edits.rename(
                document, node.born, f"{node.id}_of_the_network_that_tells_ten_digits_apart_by_all_their_pixels"
            )

    session, inspector = shown(long)
    session.selection.set([session.document.nodes()[2].born])
    inspector.show()
    settle()
    inspector._source.write()
    settle()
    lines = part(inspector, Lines).text
    assert inspector.widget().width() <= inspector.viewport().width()
    assert lines.height() >= lines.document().size().height()
    assert part(inspector, Head).name.cursorPosition() == 0


def two_two_one(document):
    x = edits.add(document, "Input", id="x", params={"shape": [2]})
    rows = (("h1", 0.1, "relu"), ("h2", -0.2, "relu"), ("y", 0.05, "sigmoid"))
    born = {id: edits.add(document, "Neuron", id=id, params={"bias": b, "activation": f}) for id, b, f in rows}
    for target, weights in (("h1", (0.5, 0.8)), ("h2", (-0.3, 0.2))):
        for at, weight in enumerate(weights):
            edits.connect(document, x, "x", born[target], "x", select=at, weight=weight)
    edits.connect(document, born["h1"], "y", born["y"], "x", weight=0.7)
    edits.connect(document, born["h2"], "y", born["y"], "x", weight=-0.5)


def test_a_neuron_is_computed_for_typed_numbers(shown):
    """The worked example: numbers typed once are those of every neuron that one looks at."""
    session, inspector = shown(two_two_one, "y")
    weights = part(inspector, Weights)
    for field, number in zip(weights.inputs.values(), ("2", "3"), strict=True):
        QTest.keyClicks(field.line, number)
        QTest.keyClick(field.line, Qt.Key.Key_Return)
    seen = {}
    for id in ("h1", "h2", "y"):
        session.selection.set([session.document.find(id).born])
        settle()
        results = part(inspector, Weights).results
        seen[id] = (results["z"].text(), results["y"].text())
    assert seen == {"h1": ("3.5", "3.5"), "h2": ("-0.2", "0"), "y": ("2.5", "0.9241")}


def test_the_products_of_the_wires_and_the_bias_add_up_to_the_sum(shown):
    _, inspector = shown(two_two_one, "h1")
    weights = part(inspector, Weights)
    assert weights.results["z"].text() == "–"
    for field, number in zip(weights.inputs.values(), ("2", "3"), strict=True):
        QTest.keyClicks(field.line, number)
        QTest.keyClick(field.line, Qt.Key.Key_Return)
    assert [weights.results[key].text() for key in weights.weights] == ["1", "2.4"]


def test_a_number_that_is_none_is_refused_and_changes_no_result(shown):
    _, inspector = shown(two_two_one, "h1")
    weights = part(inspector, Weights)
    line = next(iter(weights.inputs.values())).line
    QTest.keyClicks(line, "two")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert line.property("wrong")
    assert weights.results["z"].text() == "–"


def test_a_weight_is_typed_on_its_wire(shown):
    session, inspector = shown(two_two_one, "y")
    key, field = next(iter(part(inspector, Weights).weights.items()))
    field.line.selectAll()
    QTest.keyClicks(field.line, "-1.5")
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    assert session.document.wire(key).weight == -1.5
    session.history.undo()
    assert session.document.wire(key).weight == 0.7


def test_a_frame_is_named_and_coloured_and_a_note_written(shown):
    session, inspector = shown(lambda doc: (edits.add_frame(doc, (0, 0, 99, 99)), edits.add_note(doc, "old", (0, 0))))
    session.selection.set(["#frame/frame1"])
    settle()
    form = part(inspector, FrameForm)
    QTest.keyClicks(form.title, "Encoder")
    QTest.keyClick(form.title, Qt.Key.Key_Return)
    form.colours["loss"].click()
    frame = session.document.records["#frame/frame1"]
    assert (frame.title, frame.colour) == ("Encoder", "loss")
    assert session.history.entries[-2:] == ["Rename", "Colour a frame"]
    session.selection.set(["#note/note1"])
    settle()
    form = part(inspector, NoteForm)
    assert form.text.toPlainText() == "old"
    form.text.selectAll()
    QTest.keyClicks(form.text, "new")
    QTest.keyClick(form.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert session.document.records["#note/note1"].text == "new"
    session.history.undo()
    settle()
    assert form.text.toPlainText() == "old"


@pytest.mark.parametrize(("count", "text"), [(512, "512 B"), (2560, "2.5 KiB"), (None, "not known yet")])
def test_sizes_are_read_in_a_fitting_unit(count, text):
    assert sized(count) == text


def test_numbers_have_their_thousands_apart():
    assert counted(18432) == "18,432"
