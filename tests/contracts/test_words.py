"""Every kind has all the words of its help page: formula, shapes, when to take it and when not, source, synonyms."""

import re

import pytest

from graph.catalogue import standard
from graph.roles import Data, Layer, LossKind, Metric, Optimizer, ScheduleKind
from graph.spec import Kind

KINDS = standard().drawn()
COMPUTING = (Layer, LossKind, Metric, Optimizer, ScheduleKind)
SHAPED = (Layer, LossKind, Metric, Data)

pytestmark = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def computes(kind: type[Kind]) -> bool:
    return issubclass(kind, COMPUTING) or kind.__name__ == "Neuron"


def test_what_computes_has_a_formula(kind: type[Kind]) -> None:
    assert not computes(kind) or len(kind.formula) >= 5


def test_what_takes_or_gives_tensors_says_their_shapes(kind: type[Kind]) -> None:
    if issubclass(kind, SHAPED) or kind.__name__ in ("Neuron", "Input", "Output"):
        assert re.search(r"\(|\bnumber", kind.shapes), kind.shapes


@pytest.mark.parametrize("field", ["use", "avoid"])
def test_it_says_when_to_take_it_and_when_not(kind: type[Kind], field: str) -> None:
    told = getattr(kind, field)
    assert re.fullmatch(r"[A-Z0-9].{18,230}[.]", told, re.S), told
    assert kind.use != kind.avoid


def test_it_names_its_source(kind: type[Kind]) -> None:
    """A work with its year, or that there is none."""
    assert re.search(r"\b(1[6-9]|20)\d\d\b|^Textbook|^Our own|^Your own", kind.origin), kind.origin
    assert re.fullmatch(r"[A-Z].*[^.]", kind.origin), kind.origin


def test_it_has_synonyms(kind: type[Kind]) -> None:
    assert kind.words
    assert len({word.casefold() for word in kind.words}) == len(kind.words)
    assert all(word == word.strip() and word for word in kind.words)
