"""Search finds kinds by the words that people use for them, the meant one first."""

import importlib
import pkgutil
from collections import Counter

import pytest

import graph.kinds
from graph.catalogue import standard
from graph.homes import declared

MEANT = [
    ("dense", "Linear"),
    ("fully connected", "Linear"),
    ("fully", "Linear"),
    ("NAdam", "NAdam"),
    ("gelu", "GELU"),
    ("relu", "ReLU"),
    ("skip", "Add"),
    ("residual", "Add"),
    ("plus", "Add"),
    ("concat", "Concatenate"),
    ("swish", "Swish"),
    ("silu", "SiLU"),
    ("heaviside", "Step"),
    ("sign", "Sign"),
    ("logistic", "Sigmoid"),
    ("probability", "Softmax"),
    ("gate", "GLU"),
    ("layer norm", "LayerNorm"),
    ("ln", "LayerNorm"),
    ("bn", "BatchNorm1d"),
    ("root mean square", "RMSNorm"),
    ("lrn", "LocalResponseNorm"),
    ("stochastic depth", "DropPath"),
    ("noise", "GaussianNoise"),
    ("spatial dropout", "Dropout2d"),
    ("long short-term memory", "LSTM"),
    ("log softmax", "LogSoftmax"),
    ("mnist", "Digits"),
    ("placeholder", "Input"),
]


@pytest.mark.parametrize(("typed", "kind"), MEANT)
def test_what_is_meant_is_among_the_first(typed: str, kind: str) -> None:
    found = [each.__name__ for each in standard().search(typed)]
    assert kind in found[:5], found[:8]


@pytest.mark.parametrize("kind", [each.__name__ for each in standard().drawn()])
def test_a_kind_comes_first_under_its_own_name_and_title(kind: str) -> None:
    made = standard().get(kind)
    assert made is not None
    assert standard().search(kind)[0] is made
    assert standard().search(made.title.upper())[0] is made


@pytest.mark.parametrize("kind", standard().drawn(), ids=lambda kind: kind.__name__)
def test_every_synonym_finds_its_kind(kind) -> None:
    for word in kind.words:
        assert kind in standard().search(word)


def test_words_that_belong_to_nothing_find_nothing() -> None:
    assert standard().search("quux blorp") == []
    assert standard().search("dense quux") == []


def test_no_kind_hides_another_of_its_name() -> None:
    modules = [
        importlib.import_module(f"graph.kinds.{info.name}") for info in pkgutil.iter_modules(graph.kinds.__path__)
    ]
    names = Counter(kind.__name__ for module in modules for kind in declared(module))
    assert [name for name, count in names.items() if count > 1] == []
