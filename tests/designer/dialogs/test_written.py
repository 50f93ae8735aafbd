"""A text with a label for each step, and a series with its forecast, as the dialog shows them."""

from PySide6.QtGui import QImage

from designer.dialogs.continuing import Beginning
from designer.dialogs.forecast import SeriesSample
from designer.dialogs.written import Labels, Sentence


def test_each_step_has_the_colour_of_its_label(theme, qtbot):
    labels = Labels(theme)
    qtbot.addWidget(labels)
    steps = [{"token": "a", "label": "end"}, {"token": "<b>", "label": "within"}]
    labels.show_steps({"steps": steps, "classes": ("within", "end"), "joined": True, "read": "a <b>"})
    text = labels.steps.text()
    assert f'color: {theme.accent.name()}">a</span>' in text
    assert f'color: {theme.text.name()}">&lt;b&gt;</span>' in text
    assert labels.read.text() == "Read as: a <b>"
    labels.show_steps({"steps": steps[:1], "classes": ("x", "end", "y"), "joined": False})
    assert "end" in labels.legend.text() and "■ x" not in labels.legend.text()
    assert labels.read.isHidden()


def test_what_is_put_in_asks_nothing_and_what_is_typed_does(qtbot, theme):
    for widget, put in ((Sentence("words"), lambda w: w.show_text("a row")),
                        (SeriesSample(theme), lambda w: w.show_values([[1.0], [2.0]]))):  # fmt: skip
        qtbot.addWidget(widget)
        with qtbot.assertNotEmitted(widget.changed):
            put(widget)
        with qtbot.waitSignal(widget.changed):
            widget.editor.setPlainText("3\n4")


def test_a_forecast_is_asked_for_and_drawn(qtbot, theme):
    sample = SeriesSample(theme)
    qtbot.addWidget(sample)
    sample.show_values([[0.5, 1.0], [2.0, 3.0]])
    assert sample.values() == [[0.5, 1.0], [2.0, 3.0]]
    with qtbot.waitSignal(sample.wanted) as asked:
        sample.go.click()
    assert asked.args[0] == {"ask": "forecast", "values": [[0.5, 1.0], [2.0, 3.0]], "length": 20}

    def accents() -> int:
        image = sample.lines.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        return sum(image.pixelColor(x, y) == theme.accent for x in range(image.width()) for y in range(image.height()))

    sample.lines.resize(120, 150)
    assert not accents()
    sample.show_ahead([[4.0, 1.0], [5.0, 1.0], [6.0, 2.0]])
    assert accents()
    sample.editor.setPlainText("1 2\n3")
    assert sample.values() is None
    sample.editor.setPlainText("one")
    assert sample.values() is None
    with qtbot.assertNotEmitted(sample.wanted):
        sample.go.click()


def test_numbers_begin_with_numbers(qtbot, theme):
    beginning = Beginning(theme, "numbers")
    qtbot.addWidget(beginning)
    assert beginning.question()["start"] == "2 3 5 7"
    assert beginning.question()["temperature"] == 0
