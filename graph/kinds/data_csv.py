"""Tables in text files: which column is the answer, and what the others become."""

from collections.abc import Mapping
from typing import Any

from graph.misfit import Misfit
from graph.param import param
from graph.roles import Data
from graph.shape import Axis, Tensor, Value
from graph.spec import Place


class CSV(Data):
    """Rows of a table in a text file. One column is the answer, the others are what the network sees.

    Columns of words become one number per word (1 where the row has it); missing numbers become the column's mean.
    """

    title = "CSV file"
    common = True
    shapes = "x (N, columns), y (N)"
    use = "For a table of one's own, exported from a spreadsheet or a database."
    avoid = "For pictures, sounds and long texts, which do not fit into columns."
    origin = "Y. Shafranovich: Common Format and MIME Type for Comma-Separated Values, RFC 4180, 2005"
    words = ("table", "file", "excel", "spreadsheet", "tsv", "own data", "dataset", "import")
    telling = ("path", "target", "batch_size")
    fact = "csv"
    path: str = param("", "The file, as seen from the folder of the drawing.", type="path")
    target: str = param("", "The column with the answer; left empty, it is the last one.", type="column")
    columns: tuple[str, ...] | None = param(
        None, "The columns that the network sees; left out, all but the answer.", type="columns", optional=True
    )
    answers: str = param(
        "auto",
        "What the answer is: one of some classes, or a number. By itself: classes where the column holds words, or "
        "the whole numbers from 0 on.",
        choices=("auto", "classes", "numbers"),
    )

    def question(self) -> dict[str, Any] | None:
        return {"ask": "csv", "path": self.path} if self.path else None

    def rows(self, facts: Mapping[str, Any] | None) -> int | None:
        return facts.get("rows") if facts else None

    def read(self, inputs: Mapping[str, Any], place: Place) -> dict[str, Value]:
        if not self.path:
            raise Misfit(port="", text="{node} has no file yet: choose one in its parameters.", code="no-file")
        axis = Axis(place.born, "N", self.rows(place.facts))
        columns = (place.facts or {}).get("columns")
        if not columns:
            return {"x": Tensor((axis, None)), "y": Tensor((axis,), None)}
        names = tuple(name for column in self.features(columns) for name in spread(column))
        classes = self.classes(columns)
        y = Tensor((axis,), "float") if classes is None else Tensor((axis,), "index", len(classes))
        return {"x": Tensor((axis, len(names)), columns=names), "y": y}

    def answer(self, columns: list[Mapping[str, Any]]) -> Mapping[str, Any]:
        """The column with the answer; raises Misfit if the file has none of that name."""
        return self._column(columns, self.target) if self.target else columns[-1]

    def features(self, columns: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """The columns that the network sees; raises Misfit for one that cannot be."""
        answer = self.answer(columns)
        if self.columns is None:
            chosen = [column for column in columns if column is not answer and column["type"] in ("number", "category")]
        else:
            chosen = [self._column(columns, name) for name in self.columns]
        for column in chosen:
            if column["type"] not in ("number", "category"):
                raise Misfit(
                    port="", text=f'{{node}} cannot use the column "{column["name"]}": it is free text.', code="column"
                )
            _refuse_problem(column)
        if not chosen:
            raise Misfit(port="", text="{node} leaves the network no column to see.", code="column")
        return chosen

    def classes(self, columns: list[Mapping[str, Any]]) -> tuple[str, ...] | None:
        """The names of the classes of the answer, in their order; None if the answer is a number."""
        answer = self.answer(columns)
        _refuse_problem(answer)
        found = tuple(map(str, answer.get("categories") or ()))
        numbered = found == tuple(map(str, range(len(found))))
        if answer["type"] == "number" and (
            self.answers == "numbers" or (self.answers == "auto" and not (found and numbered))
        ):
            return None
        if self.answers == "numbers":
            raise Misfit(
                port="", text=f'{{node}}: the answer "{answer["name"]}" holds words, not numbers.', code="column"
            )
        if not found:
            name = answer["name"]
            raise Misfit(
                port="",
                text=f'{{node}}: the answer "{name}" holds too many different values for classes.',
                code="column",
            )
        return found

    def _column(self, columns: list[Mapping[str, Any]], name: str) -> Mapping[str, Any]:
        for column in columns:
            if column["name"] == name:
                return column
        known = ", ".join(column["name"] for column in columns[:8]) + (", …" if len(columns) > 8 else "")
        raise Misfit(port="", text=f'{{node}}: the file has no column "{name}". It has {known}.', code="column")


def _refuse_problem(column: Mapping[str, Any]) -> None:
    """Raises Misfit for a column with a cell that does not fit; an inspection found it and says where."""
    if column.get("problem"):
        raise Misfit(port="", text=f"{{node}}: {column['problem']}", code="column")


def spread(column: Mapping[str, Any]) -> list[str]:
    """The names of the numbers that a column becomes: itself, or one for each of its words."""
    if column["type"] == "number":
        return [column["name"]]
    return [f"{column['name']}={word}" for word in column["categories"]]
