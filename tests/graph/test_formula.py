"""The grammar of formulas: what is read, what is printed, and that nothing hostile ever reaches Python's evaluator."""

import builtins
import random
import re
import string

import pytest

from graph.catalogue import standard
from graph.document import Document
from graph.formula import FormulaError, Start, parse, parse_starts, why_not
from graph.formula.source import Writer
from graph.history import History
from graph.kinds import expression
from graph.misfit import Misfit
from graph.reading import Reading
from graph.records import Node
from graph.shape import Axis, Tensor


def printed(text: str) -> str:
    formula = parse(text)
    return Writer({name: name for name in formula.names}, {}).write(formula.root)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("x * sigmoid(beta * x)", "x * torch.sigmoid(beta * x)"),
        ("-x**2", "-x ** 2"),
        ("(-x)**2", "(-x) ** 2"),
        ("x - (a - b)", "x - (a - b)"),
        ("(x - a) - b", "x - a - b"),
        ("x / (a * b)", "x / (a * b)"),
        ("x ** a ** b", "x ** a ** b"),
        ("(x ** a) ** b", "(x ** a) ** b"),
        ("-(-x)", "-(-x)"),
        ("2 / 3 * x", "2 / 3 * x"),
        ("sqrt(2 / pi) * x", "0.7978845608028654 * x"),
        ("2 * pi * x", "2 * torch.pi * x"),
        ("2 ** 60 * x", "1.152921504606847e+18 * x"),
        ("max(x, 0)", "x.clamp(min=0)"),
        ("min(a, b, 1 + 1)", "torch.minimum(a, b).clamp(max=2)"),
        ("clamp(x, -1, 1)", "torch.clamp(x, -1, 1)"),
        ("clamp(x, 0, a)", "torch.minimum(x.clamp(min=0), a)"),
        ("where(x > 0, x, 0)", "torch.where(x > 0, x, 0.0)"),
        ("x * (x > 0)", "x * (x > 0).float()"),
        ("x - mean(x)", "x - x.mean(-1, keepdim=True)"),
        ("x > 0", "x > 0"),
        ("007 * x", "7 * x"),
    ],
)
def test_a_formula_is_printed_with_no_more_brackets_than_it_needs(text, source):
    assert printed(text) == source


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ("", 1, "no formula yet"),
        ("3 + 4", 1, "needs an input"),
        ("x +", 4, "ends where a number"),
        ("x.real", 2, "no dots"),
        ("lambda x: x", 1, "a word of Python"),
        ("2x", 2, r"2 \* x"),
        ("x^2", 2, r"\*\*"),
        ("relo(x)", 1, "the nearest is relu"),
        ("x ** 1000", 6, "at most 64"),
        ("(x", 3, "opened at character 1 is not closed"),
        ("x)", 2, "never opened"),
        ("x y", 3, "operator such as"),
        ("max(x)", 1, "2 to 8 parts"),
        ("__import__('os')", 1, "underscore"),
        ("x\0", 2, r"U\+0000"),
        ("x[0]", 2, "on the wire"),
        ("y = x", 3, "=="),
        ("x / 0", 3, "divided by zero"),
        ("log(0 - 1) * x", 1, "no value"),
        ("10 ** 40 * x", 4, "beyond"),
        ("0 < x < 1", 7, "one question"),
        ("x" + "+x" * 101, 202, "at most 100 operations"),
        ("sigmoid * x", 1, r"write sigmoid\(x\)"),
        ("where(x + 1, 1, 2)", 7, "begins with a question"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(text, at, words):
    with pytest.raises(FormulaError, match=words) as told:
        parse(text)
    assert str(told.value).startswith(f"at character {at}: ")


def test_parameters_are_read_with_their_starts():
    assert parse_starts(" beta = 1, g[64] = -.5 ") == (Start("beta", 1.0, None, 1), Start("g", -0.5, 64, 11))
    assert parse_starts("") == ()
    for text, words in (
        ("beta", "= is missing"), ("beta =", "a number is missing"), ("b = 1, b = 2", "given twice"),
        ("b[0] = 1", "a width"), ("b[", "a width"), ("sin = 1", "meaning of its own"), ("b = 1 c = 2", ", is missing"),
    ):  # fmt: skip
        with pytest.raises(FormulaError, match=words):
            parse_starts(text)


# --- hostile texts

SEEDS = (
    "__import__('os').system('id')", "x.__class__.__bases__[0].__subclasses__()", "(lambda: x)()", "exec('x')",
    "eval(x)", "compile(x)", "open('/etc/passwd')", "x if x else x", "[x for x in x]", "{x: x}", "f'{x}'", "x := 1",
    "x; import os", "import os", "x and x", "not x", "x is x", "x in x", "x @ x", "x // x", "x % x", "x & x",
    "x | x", "~x",
    "x << 9999999", "x ** 99999999", "x ** 9 ** 9 ** 9", "9 ** 9 ** 9 * x", "1e999 * x", "9" * 400 + " * x",
    "getattr(x, y)", "globals()", "vars()", "dir(x)", "type(x)", "x.y", "x..y", "x[0]", "x[...]", "*x", "**x",
    "x, y", "()",
    "x()", "x(x)", "sin", "sin(", "sin()", "sin(x", "sin(x,)", "sin(x, x)", "max(x)", "clamp(x)", "where(x, x)",
    "_", "__",
    "_x", "x__y", "__dict__", "x\0", "\0", "x\n\ry", "ｘ + 1", "х + 1", "x\u200b + 1", "x\u202e + 1", "²", "x²",
    "１ + x",
    "𝐱 * 2", "é", "ﬁ(x)", "x\x1b[31m", "'x'", '"x"', "`x`", "$x", "#x", "x?", "x!", "x\\", "async", "yield x",
    "await x",
    "None", "True", "1j * x", "0x10 * x", "0b1 * x", "1_000 * x", "x = 1", "x = = x", "x ==", "x == == x",
    "x === x", "x < < x",
    "a < b < c", "1 / 0 * x", "log(0) * x", "sqrt(-1) * x", "(-8) ** 0.5 * x", "acos(x)", "torch.exp(x)", "F.relu(x)",
    "self.x", "nn.Linear(1)", "x" * 31, "x" * 401, "(" * 31 + "x" + ")" * 31, "-" * 31 + "x",
    "sin(" * 31 + "x" + ")" * 31,
    "x ** " * 31 + "x", "+".join(f"a{n}" for n in range(17)),
)  # fmt: skip


def hostile() -> list[str]:
    """Five hundred texts: known attacks, each bent in several ways, deep and long ones, and megabytes."""
    chance, found = random.Random(3), list(SEEDS)
    found += [
        "x" * 1_000_000,
        "(" * 1_000_000,
        "x + " * 300_000,
        "\0" * 2_000_000,
        "9" * 1_000_000,
        "-" * 500_000 + "x",
    ]
    bends = [
        lambda s: f"x + {s}", lambda s: f"({s})", lambda s: f"sin({s})", lambda s: f"{s} {s}", lambda s: f"2 * ({s}",
        lambda s: s + chance.choice(string.punctuation.replace(")", "")) + "\0", lambda s: f"where(x > 0, {s}, x)",
    ]  # fmt: skip
    while len(found) < 500:
        bent = chance.choice(bends)(chance.choice(SEEDS))
        if bent not in found and not harmless(bent):
            found.append(bent)
    return found


def harmless(text: str) -> bool:
    """What a bend has turned into a formula after all: `sin(sin` is none, `x + *x` neither, `x + -x` is one."""
    return text in ("(x)", "sin(x)") or "+ ()" in text or why_not(text) is None


HOSTILE = hostile()


def test_the_seeds_are_refused_one_by_one():
    assert [text[:40] for text in SEEDS if why_not(text) is None] == []


def test_five_hundred_hostile_texts_are_refused_with_a_place_and_never_evaluated(monkeypatch):
    document = Document(standard(), {"e": Node("e", "e", "Expression", {"expression": "x + "}, rank=1)})
    reading = Reading(document)
    for text in HOSTILE:  # what is loaded at first use is loaded now
        document.put(Node("e", "e", "Expression", {"expression": text}, rank=1))
    expression._tailored.cache_clear()
    touched, sentences = [], []

    def refuse(name):
        def refused(*given, **more):
            touched.append((name, given))
            raise RuntimeError(name)

        return refused

    with monkeypatch.context() as patch:
        for name in ("eval", "exec", "compile", "__import__"):
            patch.setattr(builtins, name, refuse(name))
        for text in HOSTILE:
            document.put(Node("e", "e", "Expression", {"expression": text}, rank=1))
            sentences.append([found.message for found in reading.diagnostics("e") if found.code == "parameter"])
    assert touched == []
    assert len(HOSTILE) >= 500
    for text, told in zip(HOSTILE, sentences, strict=True):
        assert len(told) == 1, text[:60]
        assert re.match(r"e\.expression cannot be read: at character \d+: .{8,}\.$", told[0], re.S), told
        assert len(told[0]) < 600
        assert told[0].isprintable(), told


def test_a_bad_formula_keeps_its_text_and_its_wires_and_can_be_undone():
    document = Document(standard(), {"e": Node("e", "e", "Expression", {"expression": "a + b*"}, rank=1)})
    history = History(document)
    assert [port.name for port in document.kind(document.node("e")).inputs] == ["a", "b"]
    (found,) = [d for d in Reading(document).diagnostics("e") if d.code == "parameter"]
    with history.step("fix"):
        found.fix.apply(document)
    assert [port.name for port in document.kind(document.node("e")).inputs] == ["x"]
    history.undo()
    assert document.node("e").params == {"expression": "a + b*"}


def test_parameters_are_no_inputs_and_must_be_called_as_a_module_can_call_them():
    def told(**params):
        records = {"e": Node("e", "e", "Expression", params, rank=1)}
        return Document(standard(), records)

    document = told(expression="scale * x + a", learned="scale = 2", fixed="a = 3")
    assert [port.name for port in document.kind(document.node("e")).inputs] == ["x"]
    kind = standard().get("Expression")
    x = Tensor((Axis("d"), 3))
    for params, words in (
        ({"expression": "x * forward", "learned": "forward = 1"}, "a word of PyTorch"),
        ({"expression": "x * keys", "learned": "keys = 1"}, "a word of PyTorch"),
        ({"expression": "x * a", "learned": "a = 1", "fixed": "a = 2"}, "as learned and as fixed"),
        ({"expression": "x * log(a)", "learned": "", "fixed": "a = -1"}, "no value"),
    ):
        with pytest.raises(Misfit, match=words):
            kind.tailored(params)(params).shape(x)
    idle = kind.tailored({"expression": "x * 2"})({"expression": "x * 2"}).doubt(x)
    assert idle is not None
    assert "beta" in idle.text
