"""Search finds kinds by the words that people use for them, the meant one first."""

import importlib
import pkgutil
from collections import Counter

import pytest

import graph.kinds
from graph.catalogue import standard
from graph.homes import declared

MEANT = [
    ("conv", "Conv2d"),
    ("convolution", "Conv2d"),
    ("dense", "Linear"),
    ("fully connected", "Linear"),
    ("fully", "Linear"),
    ("linear", "Linear"),
    ("batchnorm", "BatchNorm2d"),
    ("batch norm", "BatchNorm2d"),
    ("bn", "BatchNorm2d"),
    ("relu", "ReLU"),
    ("leaky", "LeakyReLU"),
    ("lstm", "LSTM"),
    ("long short-term memory", "LSTM"),
    ("gru", "GRU"),
    ("rnn", "RNN"),
    ("recurrent", "LSTM"),
    ("attention", "MultiheadAttention"),
    ("self attention", "MultiheadAttention"),
    ("multi-head", "MultiheadAttention"),
    ("transformer", "TransformerEncoderLayer"),
    ("positional", "PositionalEncoding"),
    ("skip", "Add"),
    ("residual", "Add"),
    ("shortcut", "Add"),
    ("plus", "Add"),
    ("concat", "Concatenate"),
    ("flatten", "Flatten"),
    ("reshape", "Reshape"),
    ("view", "Reshape"),
    ("transpose", "Transpose"),
    ("mse", "MSELoss"),
    ("mean squared error", "MSELoss"),
    ("cross entropy", "CrossEntropyLoss"),
    ("crossentropy", "CrossEntropyLoss"),
    ("bce", "BCEWithLogitsLoss"),
    ("binary cross entropy", "BCEWithLogitsLoss"),
    ("l1", "L1Loss"),
    ("hinge", "HingeLoss"),
    ("focal", "FocalLoss"),
    ("gan", "AdversarialLoss"),
    ("triplet", "TripletMarginLoss"),
    ("adam", "Adam"),
    ("NAdam", "NAdam"),
    ("sgd", "SGD"),
    ("momentum", "SGD"),
    ("weight decay", "AdamW"),
    ("learning rate", "CosineAnnealingLR"),
    ("schedule", "CosineAnnealingLR"),
    ("warmup", "LinearLR"),
    ("cosine", "CosineAnnealingLR"),
    ("cosine", "CosineSimilarity"),
    ("dropout", "Dropout"),
    ("spatial dropout", "Dropout2d"),
    ("stochastic depth", "DropPath"),
    ("noise", "Noise"),
    ("noise", "GaussianNoise"),
    ("upsample", "Upsample"),
    ("deconv", "ConvTranspose2d"),
    ("pixel shuffle", "PixelShuffle"),
    ("max pool", "MaxPool2d"),
    ("pool", "MaxPool2d"),
    ("global average", "GlobalAveragePool"),
    ("embedding", "Embedding"),
    ("token", "Embedding"),
    ("one hot", "OneHot"),
    ("softmax", "Softmax"),
    ("probability", "Softmax"),
    ("log softmax", "LogSoftmax"),
    ("sigmoid", "Sigmoid"),
    ("logistic", "Sigmoid"),
    ("gelu", "GELU"),
    ("swish", "Swish"),
    ("silu", "SiLU"),
    ("gate", "GLU"),
    ("heaviside", "Step"),
    ("sign", "Sign"),
    ("activation", "ReLU"),
    ("layer norm", "LayerNorm"),
    ("ln", "LayerNorm"),
    ("root mean square", "RMSNorm"),
    ("lrn", "LocalResponseNorm"),
    ("mean", "Mean"),
    ("average", "Mean"),
    ("sum", "Sum"),
    ("argmax", "ArgMax"),
    ("multiply", "Multiply"),
    ("matmul", "MatMul"),
    ("dot product", "MatMul"),
    ("split", "Split"),
    ("slice", "Slice"),
    ("stack", "Stack"),
    ("pad", "ZeroPad2d"),
    ("where", "Where"),
    ("greater", "Compare"),
    ("formula", "Expression"),
    ("python", "PyTorchModule"),
    ("code", "PyTorchModule"),
    ("delay", "Delay"),
    ("loop", "Delay"),
    ("perceptron", "PerceptronRule"),
    ("accuracy", "Accuracy"),
    ("f1", "F1"),
    ("auc", "ROCAUC"),
    ("confusion", "ConfusionMatrix"),
    ("iou", "IoU"),
    ("psnr", "PSNR"),
    ("mnist", "Digits"),
    ("csv", "CSV"),
    ("placeholder", "Input"),
]


@pytest.mark.parametrize(("typed", "kind"), MEANT)
def test_what_is_meant_is_among_the_first_three(typed: str, kind: str) -> None:
    found = [each.__name__ for each in standard().search(typed)]
    assert kind in found[:3], found[:8]


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


def test_hyphens_and_blanks_make_no_difference() -> None:
    for one, other in (("max pool", "MaxPool2d"), ("cross-entropy", "cross entropy"), ("multi head", "multi-head")):
        assert standard().search(one)[0] is standard().search(other)[0]


def test_common_kinds_come_first_in_their_families_then_titles_in_order() -> None:
    for _, kinds in standard().families():
        order = [(not kind.common, kind.title.casefold().replace(" ", "")) for kind in kinds]
        assert order == sorted(order)
