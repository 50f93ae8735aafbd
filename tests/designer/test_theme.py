"""Text can be read and marks can be seen in all three looks, by the figures of WCAG 2.1."""

from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QStyleHints
from PySide6.QtWidgets import QApplication, QCheckBox

from designer.canvas.paint import Brushes, Marks
from designer.fields.text import rung
from designer.icons import FOLDER, family_icon
from designer.motion import Motion
from designer.plots.chart import RUN_COLOURS
from designer.preferences import RECENT, Preferences
from designer.selection import Selection
from designer.styles import sheet
from designer.theme import FAMILIES, TONES, Theme, contrast, family_key
from graph import edits
from graph.catalogue import standard
from graph.document import Document
from tests.designer.sight import EYES, apart

GROUNDS = ("panel", "raised", "canvas", "node")
TEXTS = ("text", "muted", "error", "warning", "good", "accent")
MARKS = ("wire", "faint")
STATES = ("accent", "error", "warning", "good")


@pytest.mark.parametrize("tone", TONES)
def test_text_has_the_contrast_of_aa_and_of_aaa_where_contrast_is_high(qapp, tone):
    theme, least = Theme(tone=tone), 7.0 if tone == "contrast" else 4.5
    pairs = [(text, ground) for text in TEXTS for ground in GROUNDS] + [("on_accent", "accent")]
    pale = {pair: ratio for pair in pairs if (ratio := contrast(*(getattr(theme, name) for name in pair))) < least}
    assert pale == {}


@pytest.mark.parametrize("tone", TONES)
def test_marks_stand_out_from_what_is_behind_them(qapp, tone):
    theme = Theme(tone=tone)
    pale = {(mark, ground) for mark in MARKS for ground in GROUNDS
            if contrast(getattr(theme, mark), getattr(theme, ground)) < 3}  # fmt: skip
    assert pale == set()
    assert [family for family in FAMILIES if contrast(theme.family(family), theme.tile(family)) < 3] == []


@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("eye", EYES)
def test_what_colour_alone_tells_apart_is_told_apart_by_every_eye(qapp, tone, eye):
    """Outlines of nodes by their state, and the curves of the first runs that are compared."""
    theme = Theme(tone=tone)
    groups = [[getattr(theme, name) for name in STATES], [theme.family(name) for name in RUN_COLOURS[:4]]]
    alike = [pair for group in groups for pair in combinations(group, 2) if apart(*pair, eye) < 10]
    assert alike == []


def test_high_contrast_has_lines_of_two_pixels_that_can_be_seen(qapp):
    theme = Theme(tone="contrast")
    assert theme.border == 2
    assert "border: 2px solid" in sheet(theme)
    assert "border: 1px solid" not in sheet(theme)
    assert min(contrast(theme.line, getattr(theme, ground)) for ground in GROUNDS) >= 3
    assert Brushes(theme).outline(Marks()).widthF() == 2


def test_the_look_follows_the_preference_and_the_menu_and_the_system(window, monkeypatch):
    application, action = window.shell, window.header.actions_by_id["contrast"]
    action.trigger()
    assert (application.preferences.look, application.theme.tone, action.isChecked()) == ("contrast",) * 2 + (True,)

    class Hints:
        def contrastPreference(self) -> Qt.ContrastPreference:
            return Qt.ContrastPreference.HighContrast

    monkeypatch.setattr(QStyleHints, "accessibility", lambda _: Hints())
    action.trigger()
    assert (application.preferences.look, application.theme.tone) == ("system", "contrast")
    application.preferences.look = "light"
    assert application.theme.tone == "light"


def test_motion_is_asked_in_one_place(qapp, tmp_path):
    preferences = Preferences(tmp_path / "p.ini")
    motion, before = Motion(preferences), QApplication.isEffectEnabled(Qt.UIEffect.UI_AnimateMenu)
    preferences.motion = "reduced"
    assert motion.reduced
    motion.apply()
    assert not QApplication.isEffectEnabled(Qt.UIEffect.UI_AnimateMenu)
    preferences.motion = "full"
    assert not motion.reduced
    QApplication.setEffectEnabled(Qt.UIEffect.UI_AnimateMenu, before)
    code = {path: path.read_text(encoding="utf-8") for path in Path("designer").rglob("*.py")}
    moving = [path for path, text in code.items() if "Animation(" in text or "QTimeLine(" in text]
    assert [path for path in moving if "motion" not in code[path].lower()] == []


def test_every_family_of_the_catalogue_has_a_colour_and_an_icon_of_its_own_accord():
    for family, _ in standard().families():
        assert family_key(family) in FAMILIES
        assert (FOLDER / f"{family_icon(family)}.svg").is_file()


def test_the_theme_tells_once_when_it_is_swapped(qapp):
    theme, told = Theme(dark=True), []
    theme.changed.connect(lambda: told.append(theme.dark))
    theme.set_dark(True)
    theme.set_dark(False)
    assert told == [False]


def test_what_is_deleted_leaves_the_selection(qapp):
    document = Document(standard())
    one, other = edits.add(document, "ReLU"), edits.add(document, "ReLU")
    selection = Selection(document)
    selection.set([one, other, "nothing"])
    edits.remove(document, [one])
    assert selection.births == [other]


def test_recent_files_are_kept_in_order_without_doubles(tmp_path):
    preferences = Preferences(tmp_path / "p.ini")
    for number in [*range(RECENT + 3), 5]:
        preferences.note_recent(tmp_path / f"{number}.loom")
    names = [path.stem for path in Preferences(tmp_path / "p.ini").recent]
    assert names[:3] == ["5", "14", "13"]
    assert len(names) == len(set(names)) == RECENT


@pytest.mark.parametrize(("value", "up", "down"), [(0.001, 0.002, 0.0005), (0.003, 0.005, 0.002), (10, 20, 5)])
def test_fractions_step_along_one_two_five(value, up, down):
    assert rung(value, 1) == pytest.approx(up)
    assert rung(value, -1) == pytest.approx(down)


@pytest.mark.parametrize("tone", TONES)
def test_the_mark_of_a_check_box_can_be_seen(qapp, tone):
    theme, box = Theme(tone=tone), QCheckBox()
    box.setStyleSheet(sheet(theme))
    box.setChecked(True)
    for usable, ground, least in ((True, theme.accent, 7.0 if tone == "contrast" else 4.5), (False, theme.faint, 3.0)):
        box.setEnabled(usable)
        image = box.grab().toImage()
        middle = [image.pixelColor(x, y) for x in range(5, 13) for y in range(6, image.height() - 6)]
        found = [contrast(colour, ground) for colour in middle]
        assert min(found) < 1.05, "the ground is that of a chosen box"
        assert max(found) >= least
        assert sum(ratio > 2 for ratio in found) > 5
