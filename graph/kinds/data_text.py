"""Texts as whole numbers: windows over running text, and sentences with a label."""

from collections.abc import Mapping
from typing import Any

from graph.param import param
from graph.roles import Data
from graph.shape import Axis, Tensor, Value
from graph.spec import Place
from graph.windows import Windowed


def _which(kind: Any) -> dict[str, Any]:
    """Which text is meant, as a question says it."""
    return {"path": kind.path} if kind.path else {"shipped": kind.shipped} if kind.shipped != "stories" else {}


class TextFile(Windowed):
    """A text as a row of whole numbers, one for each character or word, in windows. The answer is what comes next.

    The last part of the text is the test. What does not occur in the training part is number 0.
    """

    title = "Text"
    stem = "text"
    shapes = "x (N, T), y (N, T) or (N), whole numbers below the size of the vocabulary"
    use = "To train a network that continues a text: an Embedding first, then a GRU, an LSTM or a transformer."
    avoid = "For single sentences that have a label: Sentences."
    origin = "Textbook; the shipped text is our own. C. Shannon: Prediction and Entropy of Printed English, 1951"
    words = ("language model", "characters", "words", "tokens", "vocabulary", "corpus", "txt", "char-rnn", "next token",
             "dataset")  # fmt: skip
    telling = ("unit", "length", "batch_size")
    things = "tokens"
    path: str = param("", "A text file; left empty, the text below.", type="path")
    shipped: str = param(
        "stories", "Which text where no file is given: our short stories, or Python's manual, 45 times as long.",
        choices=("stories", "manual"),
    )  # fmt: skip
    unit: str = param("characters", "What one number stands for.", choices=("characters", "words"))
    lower: bool = param(False, "Take capital letters for small ones: a smaller vocabulary.")
    vocabulary: int = param(5000, "The most tokens that have a number; of more, the rare ones are number 0.", min=2)
    length: int = param(64, "How many tokens the network sees at a time.", min=1, max=1_000_000)
    stride: int = param(16, "How many tokens further the next window begins.", min=1)
    answer: str = param("each", "What it should answer: the next token at each step, or only behind the last.",
                        choices=("each", "last"))  # fmt: skip

    def question(self) -> dict[str, Any]:
        asked = {name: getattr(self, name) for name in ("unit", "lower", "vocabulary", "validation", "test")}
        return {"ask": "text_file", **asked, **_which(self)}

    def values(self, facts: Mapping[str, Any] | None) -> int | None:
        return facts.get("tokens") if facts else None

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        rows, time = self.axes(place)
        classes = (place.facts or {}).get("classes")
        y = (rows, time) if self.answer == "each" else (rows,)
        return {"x": Tensor((rows, time), "index", classes), "y": Tensor(y, "index", classes)}


class WordEnds(Windowed):
    """A text without its spaces, sign by sign, in windows. The answer says for each sign whether a word ends with it.

    The last part of the text is the test. What does not occur in the training part is number 0.
    """

    title = "Word ends"
    stem = "letters"
    shapes = "x (N, T) whole numbers below the size of the vocabulary, y (N, T) with two classes"
    use = "For labels step by step, which hang on both sides: an Embedding, then a bidirectional LSTM or GRU."
    avoid = "To continue a text: TextFile. For a label of a whole sentence: Sentences."
    origin = "Textbook: word segmentation; the shipped text is our own"
    words = ("sequence labelling", "tagging", "segmentation", "spaces", "tokens", "characters", "bidirectional",
             "dataset")  # fmt: skip
    telling = ("length", "batch_size")
    things = "signs"
    path: str = param("", "A text file; left empty, the text below.", type="path")
    shipped: str = param("stories", "Which text where no file is given: our short stories, or Python's manual.",
                         choices=("stories", "manual"))  # fmt: skip
    lower: bool = param(True, "Take capital letters for small ones: they would tell where sentences begin.")
    vocabulary: int = param(200, "The most signs that have a number; of more, the rare ones are number 0.", min=2)
    length: int = param(48, "How many signs the network sees at a time.", min=1, max=1_000_000)
    stride: int = param(16, "How many signs further the next window begins.", min=1)

    def question(self) -> dict[str, Any]:
        asked = {name: getattr(self, name) for name in ("lower", "vocabulary", "validation", "test")}
        return {"ask": "word_ends", **asked, **_which(self)}

    def beyond(self) -> int:
        return 0

    def values(self, facts: Mapping[str, Any] | None) -> int | None:
        return facts.get("tokens") if facts else None

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        sides = self.axes(place)
        return {"x": Tensor(sides, "index", (place.facts or {}).get("classes")), "y": Tensor(sides, "index", 2)}


class Sentences(Data):
    """Short sentences, each with a tone (good or bad) and a topic. A word is a whole number, the end filled with 0.

    A word that does not occur in the training part is number 1.
    """

    shapes = "x (N, T) whole numbers below the size of the vocabulary, y (N) the class"
    use = "To tell texts apart: an Embedding, then a Mean over the steps, an LSTM or a transformer."
    avoid = (
        "To continue a text: TextFile. To judge how a network reads the language of the world: they are few and plain."
    )
    origin = "Our own sentences, written for this program"
    words = ("text classification", "sentiment", "tone", "topic", "mood", "words", "vocabulary", "tokens", "padding",
             "reviews", "dataset")  # fmt: skip
    telling = ("answer", "batch_size")
    path: str = param(
        "", "A file of your own: in each line a label, a tab and a sentence. Left empty, ours.", type="path"
    )
    answer: str = param("tone", "Which of our labels is the answer.", choices=("tone", "topic"))
    length: int | None = param(
        None, "How many words of a sentence are read; left out, all of the longest.", type="int", optional=True, min=1,
        max=100_000,
    )  # fmt: skip
    vocabulary: int = param(5000, "The most words that have a number of their own; the rare ones are number 1.", min=3)

    def question(self) -> dict[str, Any]:
        asked = {name: getattr(self, name) for name in ("answer", "vocabulary", "validation", "test", "seed")}
        return {"ask": "sentences", **asked, **({"path": self.path} if self.path else {})}

    def rows(self, facts: Mapping[str, Any] | None) -> int | None:
        return facts.get("rows") if facts else None

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        facts = place.facts or {}
        rows, time = (
            Axis(place.born, "N", facts.get("rows")),
            Axis(place.born, "T", self.length or facts.get("longest")),
        )
        labels = facts.get("labels")
        x = Tensor((rows, time), "index", facts.get("words"))
        return {"x": x, "y": Tensor((rows,), "index", len(labels) if labels else None)}
