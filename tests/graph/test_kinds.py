"""The vocabulary against shapes, sentences and source worked out by hand."""

import pytest

from graph.catalogue import standard
from graph.document import Document
from graph.misfit import Misfit
from graph.project import parse
from graph.reading import Reading
from graph.shape import Axis, Tensor
from graph.spec import Place

CATALOGUE = standard()
N = Axis("data")
OTHER = Axis("other")
DIGIT = Tensor((N,), "index", 10)
NUMBER = Tensor((N,))
PICTURE = Tensor((N, 3, 8, 8))


def make(name, **params):
    return CATALOGUE.make(name, params)


def read(name, *values, **params):
    made = make(name, **params)
    ports = "ab" if made.inputs[0].lettered else [port.name for port in made.inputs]
    return made.read(dict(zip(ports, values, strict=False)), Place("node"))


def inner(name, value, **params):
    return read(name, value, **params)["y"].inner


# --- data


@pytest.mark.parametrize(
    ("name", "rows", "sides", "classes"),
    [
        ("Digits", 1797, (1, 8, 8), 10),
        ("Iris", 150, (4,), 3),
        ("BreastCancer", 569, (30,), 2),
        ("Diabetes", 442, (10,), None),
        ("Moons", 500, (2,), 2),
        ("Circles", 500, (2,), 2),
        ("Spirals", 500, (2,), 2),
        ("XOR", 4, (2,), 2),
    ],
)
def test_data_that_comes_with_the_program(name, rows, sides, classes):
    made = make(name)
    found = made.read({}, Place("d"))
    assert (made.rows(None), found["x"].inner, found["y"].classes) == (rows, sides, classes)
    assert found["x"].known[0] == found["y"].known[0] == Axis("d")
    assert found["y"].dtype == ("float" if classes is None else "index")
    assert found["x"].columns is None or len(found["x"].columns) == sides[0]


COLUMNS = [
    {"name": "age", "type": "number"},
    {"name": "colour", "type": "category", "categories": ["blue", "red"]},
    {"name": "remark", "type": "text"},
    {"name": "kind", "type": "number", "categories": ["0", "1", "2"]},
    {"name": "price", "type": "number"},
]


def csv(**params):
    place = Place("table", {"columns": COLUMNS, "rows": 90})
    return make("CSV", path="t.csv", **params).read({}, place)


def test_a_file_is_unknown_before_it_was_looked_at():
    made = make("CSV", path="t.csv", target="price")
    found = made.read({}, Place("table"))
    assert found["x"] == Tensor((Axis("table"), None))
    assert found["y"].dtype is None
    assert made.question() == {"ask": "csv", "path": "t.csv"}
    assert make("CSV").question() is None


def test_a_file_gives_its_columns_but_the_answer_and_free_text():
    found = csv(target="price")
    assert found["x"].columns == ("age", "colour=blue", "colour=red", "kind")
    assert found["x"].known[0].length == 90
    assert (found["y"].dtype, found["y"].sides) == ("float", (Axis("table"),))


def test_the_answer_is_classes_where_it_holds_words_or_numbers_from_0_on():
    assert csv(target="colour")["y"].classes == 2
    assert csv(target="kind")["y"].classes == 3
    assert csv(target="kind", answers="numbers")["y"].dtype == "float"
    assert csv()["y"].dtype == "float"


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"target": "colou"}, 'no column "colou". It has age, colour, remark'),
        ({"columns": ["remark"]}, "free text"),
        ({"columns": []}, "no column to see"),
        ({"target": "colour", "answers": "numbers"}, "holds words"),
        ({"target": "price", "answers": "classes"}, "too many different values"),
    ],
)
def test_a_file_without_what_is_asked_for(params, words):
    with pytest.raises(Misfit, match=words):
        csv(**params)


def test_input_stands_for_any_shape():
    assert make("Input", shape=[3, 8, 8]).read({}, Place("i"))["x"] == Tensor((Axis("i"), 3, 8, 8))
    assert make("Input", shape=[7], classes=50).read({}, Place("i"))["x"] == Tensor((Axis("i"), 7), "index", 50)


# --- layers


@pytest.mark.parametrize(
    ("name", "params", "value", "sides"),
    [
        ("Linear", {"out_features": 5}, Tensor((N, 7)), (5,)),
        ("Linear", {"out_features": 5}, Tensor((N, 9, 7)), (9, 5)),
        ("Embedding", {"embedding_dim": 6}, Tensor((N, 9), "index", 50), (9, 6)),
        ("Conv2d", {"out_channels": 4}, PICTURE, (4, 6, 6)),
        ("Conv2d", {"out_channels": 4, "stride": 2, "padding": [1, 0]}, PICTURE, (4, 4, 3)),
        ("Conv2d", {"out_channels": 4}, Tensor((N, 3, None, 8)), (4, None, 6)),
        ("MaxPool2d", {}, PICTURE, (3, 4, 4)),
        ("MaxPool2d", {"kernel_size": 3, "ceil_mode": True}, PICTURE, (3, 3, 3)),
        ("AvgPool2d", {"kernel_size": 3}, PICTURE, (3, 2, 2)),
        ("AdaptiveAvgPool2d", {}, PICTURE, (3, 1, 1)),
        ("LSTM", {"hidden_size": 5, "bidirectional": True}, Tensor((N, Axis("t", "T"), 2)), (Axis("t", "T"), 10)),
        ("Flatten", {}, PICTURE, (192,)),
        ("Flatten", {}, Tensor((N, 3, None)), (None,)),
        ("Flatten", {"start_dim": 2}, PICTURE, (3, 64)),
        ("BatchNorm2d", {}, PICTURE, (3, 8, 8)),
        ("Dropout", {}, PICTURE, (3, 8, 8)),
        ("Softmax", {}, Tensor((N, 4)), (4,)),
    ],
)
def test_shapes(name, params, value, sides):
    assert inner(name, value, **params) == sides


def test_weights_and_arithmetic():
    conv = make("Conv2d", out_channels=4, groups=3)
    assert conv.weights(PICTURE) == {"weight": (4, 1, 3, 3), "bias": (4,)}
    conv = make("Conv2d", out_channels=4)
    assert conv.macs(PICTURE, conv.shape(PICTURE)) == 4 * 3 * 3 * 3 * 6 * 6
    assert make("Linear", out_features=5).macs(Tensor((N, 7)), Tensor((N, 5))) == 35
    lstm = make("LSTM", hidden_size=5)
    assert lstm.macs(Tensor((N, 10, 2)), Tensor((N, 10, 5))) == 10 * 20 * (2 + 5)


def test_reshaping_keeps_what_a_number_means():
    chance = Tensor((N, 2, 3), probability=True)
    assert read("Flatten", chance)["y"].probability
    assert read("Sigmoid", NUMBER)["y"].probability
    assert not read("Dropout", chance)["y"].probability
    assert read("Flatten", Tensor((N, 2, 3), "index", 9))["y"] == Tensor((N, 6), "index", 9)


def test_neurons_gather_numbers_and_rows():
    neuron, values = make("Neuron", activation="sigmoid"), [NUMBER, Tensor((N, 3))]
    assert neuron.read({"x": values}, Place("n")) == {"y": Tensor((N,), probability=True)}
    assert neuron.weights(values) == {"weight": (4,), "bias": (1,)}
    assert make("Neuron", bias=0.5, bias_fixed=True).weights(values) == {"weight": (4,)}
    with pytest.raises(Misfit) as caught:
        neuron.read({"x": [NUMBER, PICTURE, NUMBER]}, Place("n"))
    assert caught.value.at == 1


# --- merging


def test_sums_are_stretched_as_torch_does_but_never_over_the_batch():
    assert read("Add", PICTURE, Tensor((N, 1, 1, 8)))["y"].sides == PICTURE.sides
    for left, right in ((NUMBER, Tensor((N, 1))), (Tensor((N, 3)), Tensor((N, 4))), (NUMBER, Tensor((OTHER,)))):
        with pytest.raises(Misfit) as caught:
            read("Add", left, right)
        assert caught.value.port == "b"


def test_concatenating_takes_numbers_as_rows_of_one():
    value = read("Concatenate", NUMBER, Tensor((N, 3)))["y"]
    assert value == Tensor((N, 4))
    made, names = make("Concatenate"), {"a": "n1", "b": "p + q"}
    assert (
        made.call("", names, {"a": NUMBER, "b": NUMBER}) == "torch.cat([n1.unsqueeze(1), (p + q).unsqueeze(1)], dim=1)"
    )
    assert read("Concatenate", PICTURE, Tensor((N, 5, 8, 8)))["y"].inner == (8, 8, 8)
    with pytest.raises(Misfit, match="joins pictures of 3×8×8"):
        read("Concatenate", PICTURE, Tensor((N, 5, 7, 8)))


def test_names_of_columns_go_along():
    named = Tensor((N, 2), columns=("age", "bmi"))
    assert read("Standardize", named)["y"].columns == ("age", "bmi")
    assert read("Concatenate", named, Tensor((N,), columns=("sex",)))["y"].columns == ("age", "bmi", "sex")
    assert read("Linear", named)["y"].columns is None


# --- source


@pytest.mark.parametrize(
    ("name", "params", "value", "source"),
    [
        ("Conv2d", {"out_channels": 16, "padding": 1}, PICTURE, "nn.Conv2d(3, 16, kernel_size=3, padding=1)"),
        ("Linear", {"out_features": 10, "bias": False}, Tensor((N, 7)), "nn.Linear(7, 10, bias=False)"),
        ("MaxPool2d", {}, PICTURE, "nn.MaxPool2d(2)"),
        ("MaxPool2d", {"kernel_size": [2, 3]}, PICTURE, "nn.MaxPool2d((2, 3))"),
        ("AdaptiveAvgPool2d", {}, PICTURE, "nn.AdaptiveAvgPool2d(1)"),
        ("Flatten", {}, PICTURE, "nn.Flatten()"),
        ("Flatten", {"end_dim": 2}, PICTURE, "nn.Flatten(end_dim=2)"),
        ("Flatten", {"start_dim": 2}, PICTURE, "nn.Flatten(2)"),
        ("Dropout", {"p": 0.25}, PICTURE, "nn.Dropout(0.25)"),
        ("Softmax", {}, Tensor((N, 4)), "nn.Softmax(dim=1)"),
        ("LSTM", {"hidden_size": 32}, Tensor((N, 20, 1)), "nn.LSTM(1, 32, batch_first=True)"),
        ("Embedding", {}, Tensor((N, 9), "index", 50), "nn.Embedding(50, 32)"),
        ("BatchNorm2d", {}, PICTURE, "nn.BatchNorm2d(3)"),
        ("Standardize", {}, Tensor((N, 4)), "Standardize((4,))"),
        ("Step", {}, NUMBER, "Step()"),
        ("Step", {"low": -1.0}, NUMBER, "Step(low=-1.0)"),
    ],
)
def test_modules(name, params, value, source):
    assert make(name, **params).module(value) == source


@pytest.mark.parametrize(
    ("name", "prediction", "target", "source"),
    [
        ("CrossEntropyLoss", Tensor((N, 10)), DIGIT, "F.cross_entropy(p, y)"),
        ("MSELoss", NUMBER, NUMBER, "F.mse_loss(p, y)"),
        ("MSELoss", Tensor((N, 1)), NUMBER, "F.mse_loss(p.squeeze(1), y)"),
        ("L1Loss", NUMBER, DIGIT, "F.l1_loss(p, y.float())"),
        ("BCEWithLogitsLoss", Tensor((N, 1)), Tensor((N,), "index", 2),
         "F.binary_cross_entropy_with_logits(p.squeeze(1), y.float())"),
    ],
)  # fmt: skip
def test_losses(name, prediction, target, source):
    inputs = {"prediction": prediction, "target": target}
    make(name).read(inputs, Place("loss"))
    assert make(name).call("", {"prediction": "p", "target": "y"}, inputs) == source


@pytest.mark.parametrize(
    ("prediction", "target", "source"),
    [
        (Tensor((N, 10)), DIGIT, "(p.argmax(1) == y).sum()"),
        (NUMBER, Tensor((N,), "index", 2), "((p > 0) == y).sum()"),
        (Tensor((N, 1), probability=True), Tensor((N,), "index", 2), "((p.squeeze(1) > 0.5) == y).sum()"),
    ],
)
def test_accuracy(prediction, target, source):
    inputs = {"prediction": prediction, "target": target}
    make("Accuracy").read(inputs, Place("m"))
    assert make("Accuracy").sums({"prediction": "p", "target": "y"}, inputs, "n") == (source, "n")


def test_schedules_and_optimizers():
    assert (
        make("CosineAnnealingLR").create("self.adam", "EPOCHS").endswith("CosineAnnealingLR(self.adam, T_max=EPOCHS)")
    )
    assert make("CosineAnnealingLR", T_max=5).create("a", "EPOCHS").endswith("(a, T_max=5)")
    assert make("Adam", lr=0.002).create("w") == "torch.optim.Adam(w, lr=0.002, fused=True)"
    with pytest.raises(Misfit, match="nesterov"):
        make("SGD", nesterov=True).read({}, Place("sgd"))


# --- sentences and fixes in a drawing


def drawing(nodes, *wires):
    listed = ", ".join(
        f'{{"id": "{id}", "kind": "{kind}", "params": {params or "{}"}}}' for id, (kind, params) in nodes.items()
    )
    text = '{"format": "neuroloom", "version": 1, "nodes": [' + listed + '], "wires": ['
    document = parse(text + ", ".join(f'"{wire}"' for wire in wires) + "]}", CATALOGUE)
    return document, Reading(document)


def fixed(document: Document, reading: Reading, born: str, words: str):
    """Press the fix of the one error that a node has."""
    (found,) = [found for found in reading.diagnostics(born) if found.level == "error"]
    assert words in found.message
    assert found.fix is not None
    found.fix.apply(document)
    assert not [found for found in reading.diagnostics(born) if found.level == "error"]
    return found


def test_a_convolution_after_a_flatten_is_put_before_it():
    document, reading = drawing(
        {"digits": ("Digits", ""), "flat": ("Flatten", ""), "conv": ("Conv2d", ""), "fc": ("Linear", "")},
        "digits.x -> flat.x", "flat.y -> conv.x", "conv.y -> fc.x",
    )  # fmt: skip
    found = fixed(
        document, reading, "conv", "conv wants pictures (channels × height × width), but flat gives rows of 64"
    )
    assert found.fix.label == "Put conv before flat"
    assert reading.value("fc").inner == (64,)
    assert [wire.key for wire in document.wires_into("fc")] == ["flat.y -> fc.x"]


def test_ten_classes_into_three_scores():
    document, reading = drawing(
        {"digits": ("Digits", ""), "flat": ("Flatten", ""), "fc": ("Linear", '{"out_features": 3}'),
         "drop": ("Dropout", ""), "loss": ("CrossEntropyLoss", "")},
        "digits.x -> flat.x", "flat.y -> fc.x", "fc.y -> drop.x", "drop.y -> loss.prediction",
        "digits.y -> loss.target",
    )  # fmt: skip
    fixed(document, reading, "loss", "a score for each of 10 classes, but drop gives rows of 3 numbers")
    assert document.node("fc").params["out_features"] == 10


def test_a_loss_that_does_not_suit_its_target_becomes_another():
    document, reading = drawing(
        {"iris": ("Diabetes", ""), "fc": ("Linear", '{"out_features": 1}'), "loss": ("CrossEntropyLoss", "")},
        "iris.x -> fc.x", "fc.y -> loss.prediction", "iris.y -> loss.target",
    )  # fmt: skip
    fixed(document, reading, "loss", "loss wants class numbers as its target, but iris gives one number per row")
    assert document.node("loss").kind == "MSELoss"


def test_a_window_larger_than_its_picture_is_made_smaller():
    document, reading = drawing(
        {"digits": ("Digits", ""), "conv": ("Conv2d", '{"kernel_size": 9}'), "pool": ("AvgPool2d", "{}")},
        "digits.x -> conv.x", "conv.y -> pool.x",
    )  # fmt: skip
    fixed(document, reading, "conv", "a window of 9×9 pixels, but digits gives pictures of 1×8×8")
    fixed(document, reading, "pool", "a window of 2×2 pixels, but conv gives pictures of 32×1×1")
