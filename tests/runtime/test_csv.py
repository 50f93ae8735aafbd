"""Tables from text files: what is found in them, and the sentence for what is wrong with them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graph.kinds.data_csv import CSV
from runtime.data.csv import inspect, read
from runtime.data.source import load
from runtime.data.table import DataError


def csv(folder: Path, content: str | bytes, **params: Any) -> CSV:
    data = content.encode() if isinstance(content, str) else content
    (folder / "t.csv").write_bytes(data)
    return CSV({"path": "t.csv", **params})


def columns(folder: Path, content: str | bytes) -> dict[str, Any]:
    csv(folder, content)
    found = inspect(folder / "t.csv")
    assert "error" not in found, found
    return {column["name"]: column for column in found["columns"]}


def error(folder: Path, content: str | bytes) -> str:
    csv(folder, content)
    found: str = inspect(folder / "t.csv")["error"]
    return found


def test_types_are_found(tmp_path: Path) -> None:
    found = columns(tmp_path, "n,f,word,flag,gap\n1,0.5,red,True,3\n2,1.5, blue,False,\n3,2.5,red,True,5\n")
    assert [found[name]["type"] for name in found] == ["number", "number", "category", "category", "number"]
    assert found["n"]["categories"] == ["1", "2", "3"]
    assert found["f"]["categories"] == []
    assert found["word"]["categories"] == ["blue", "red"]
    assert found["flag"]["categories"] == ["False", "True"]
    assert found["gap"]["missing"] == 1
    assert (found["f"]["min"], found["f"]["max"]) == (0.5, 2.5)


def test_many_different_words_are_free_text(tmp_path: Path) -> None:
    rows = "".join(f"{n},somebody{n}\n" for n in range(30))
    assert columns(tmp_path, "n,name\n" + rows)["name"]["type"] == "text"


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_separators(tmp_path: Path, sign: str) -> None:
    found = columns(tmp_path, sign.join("ab") + "\n" + "".join(f"{n}{sign}{n * 2}\n" for n in range(5)))
    assert list(found) == ["a", "b"]
    assert found["b"]["type"] == "number"


def test_decimal_commas(tmp_path: Path) -> None:
    assert columns(tmp_path, "a;b\n1,5;2\n2,5;3\n")["a"]["max"] == 2.5


@pytest.mark.parametrize(("mark", "encoding"), [("", "utf-8"), ("\ufeff", "utf-8"), ("", "utf-16")])
def test_encodings(tmp_path: Path, mark: str, encoding: str) -> None:
    found = columns(tmp_path, (mark + "größe,wort\n1,süß\n2,heiß\n").encode(encoding))
    assert list(found) == ["größe", "wort"]


def test_windows_text_is_read_and_said(tmp_path: Path) -> None:
    csv(tmp_path, "a,word\n1,plain\n2,s\u00fc\u00df\n".encode("cp1252"))
    found = inspect(tmp_path / "t.csv")
    assert found["columns"][1]["categories"] == ["plain", "süß"]
    assert "Line 3 is not UTF-8, so the file was read as Windows-1252." in found["messages"]


def test_a_text_cell_among_numbers_is_named(tmp_path: Path) -> None:
    rows = "".join(f"{n},{n}\n" for n in range(40))
    kind = csv(tmp_path, f"a,b\n{rows}41,oops\n")
    with pytest.raises(DataError, match=r'^t\.csv, line 42: the column "b" holds numbers, but here stands "oops"\.$'):
        read(kind, tmp_path)


def test_a_number_beyond_all_numbers_is_named(tmp_path: Path) -> None:
    rows = "".join(f"{n},{n}\n" for n in range(40))
    kind = csv(tmp_path, f"a,b\n{rows}1e39,41\n42,\n")
    with pytest.raises(DataError, match=r'^t\.csv, line 42: the column "a" holds 1e\+39, which is beyond the numbers'):
        read(kind, tmp_path)


def test_lines_are_counted_with_those_in_quotes(tmp_path: Path) -> None:
    rows = "".join(f'"two\nlines",{n}\n' for n in range(10))
    kind = csv(tmp_path, f"a,b\n{rows}x,oops\n")
    with pytest.raises(DataError, match="line 22"):
        read(kind, tmp_path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "t.csv is empty."),
        ("\n \n", "t.csv is empty."),
        ("a,b\n", "t.csv has names of columns, but no rows."),
        ("1,2\n3,4\n", "t.csv has no names of columns: its first line must hold them, but it holds numbers."),
        ("a,b\n1,2\n1,2,3\n", "t.csv has 3 cells in line 3, but its first line names 2 columns."),
        (b"PK\x03\x04\x00\x00", "t.csv is not a text file."),
        (b"a,b\n1,\x81\n", "line 2 has a byte (0x81) that is neither UTF-8 nor Windows-1252"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: str | bytes, sentence: str) -> None:
    assert sentence in error(tmp_path, content)


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    assert "There is no file" in inspect(tmp_path / "none.csv")["error"]
    assert "is a folder" in inspect(tmp_path)["error"]


def test_too_large_is_said_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n1,2\n")
        file.truncate(10**15 // 1000)
    assert "too much to read" in inspect(path)["error"]


def test_numbers_and_words_become_columns(tmp_path: Path) -> None:
    table = read(csv(tmp_path, "n,word,y\n1,red,a\n2,,b\n3,blue,a\n"), tmp_path)
    assert table.columns == ("n", "word=blue", "word=red")
    assert table.x.tolist() == [[1, 0, 1], [2, 0, 0], [3, 1, 0]]
    assert table.classes == ("a", "b")
    assert table.y.tolist() == [0, 1, 0]
    assert "Columns of words become one number for each word: word (2 words)." in table.messages


def test_gaps_get_the_mean_of_the_training_rows(tmp_path: Path) -> None:
    rows = "".join(f"{'' if n == 3 else n},{n / 2}\n" for n in range(40))
    source = load(csv(tmp_path, "a,y\n" + rows), tmp_path)
    every = np.concatenate([source.parts[part]["x"].numpy() for part in source.parts])[:, 0]
    train = source.parts["train"]["x"].numpy()[:, 0]
    known = np.setdiff1d(train, [train[~np.isin(train, np.arange(40.0))]])
    (filled,) = every[~np.isin(every, np.arange(40.0))] if (~np.isin(every, np.arange(40.0))).any() else [known.mean()]
    assert filled == pytest.approx(known.mean(), abs=1e-5)
    assert any("Missing numbers were filled with the mean" in text for text in source.messages)


def test_rows_without_an_answer_are_left_out(tmp_path: Path) -> None:
    table = read(csv(tmp_path, "a,y\n1,2.5\n2,\n3,4.5\n"), tmp_path)
    assert table.y.tolist() == [2.5, 4.5]
    assert '1 row without an answer in "y" was left out.' in table.messages


def test_the_answer_may_be_any_column(tmp_path: Path) -> None:
    table = read(csv(tmp_path, "y,a\n0,5\n1,6\n", target="y"), tmp_path)
    assert table.columns == ("a",)
    assert table.y.tolist() == [0, 1]
    with pytest.raises(DataError, match="no column"):
        read(csv(tmp_path, "y,a\n0,5\n1,6\n", target="z"), tmp_path)
