"""What stands next to what is counted, written, read, and ranks a search."""

from collections import Counter

from benchmarks.usual import FILE, count
from graph import edits
from graph.catalogue import standard
from graph.counts import Counts, blended, counted
from graph.document import Document


def test_pairs_are_counted_once_a_level_and_all_letters_are_one() -> None:
    doc = Document(standard())
    births = [edits.add(doc, kind) for kind in ("Linear", "ReLU", "Linear", "ReLU", "Add")]
    for source, target, port in ((0, 1, "x"), (2, 3, "x"), (1, 4, "a"), (3, 4, "b")):
        edits.connect(doc, births[source], "y", births[target], port)
    found = counted([doc, doc], standard())
    assert found.text() == "2 Linear.y -> ReLU.x\n2 ReLU.y -> Add.a\n"
    assert found.after(("Linear", "y")) == {"ReLU": 2}
    assert found.before(("Add", "a")) == {"ReLU": 2}


def test_the_text_is_read_back_and_odd_lines_are_left_out() -> None:
    text = "1 LSTM.h -> Linear.x\n2 Linear.y -> ReLU.x\n"
    assert Counts.parse(text).text() == text
    assert Counts.parse("a poem\n-3 A.b -> C.d\n3 A -> B\n\n").text() == ""


def test_a_ranking_follows_the_list_then_the_drawings_then_the_user() -> None:
    first = ["ReLU", "Dropout", "Tanh"]
    assert blended(first, Counter(), Counter()) == first
    assert blended(first, Counter({"GELU": 30, "Tanh": 2}), Counter())[:2] == ["GELU", "ReLU"]
    assert blended(first, Counter({"GELU": 30}), Counter({"Tanh": 2}))[0] == "GELU"
    assert blended(first, Counter({"GELU": 30}), Counter({"Tanh": 40}))[0] == "Tanh"
    assert blended(first, Counter(), Counter({"Mish": 1}))[0] == "ReLU"


def test_the_counts_that_come_along_are_those_of_the_templates() -> None:
    assert FILE.read_text(encoding="utf-8") == count().text(), "python -m benchmarks usual"
