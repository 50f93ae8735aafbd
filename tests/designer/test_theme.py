"""Text can be read and marks can be seen in both looks, by the figures of WCAG 2.1."""

import pytest

from designer.fields.text import rung
from designer.icons import FOLDER, family_icon
from designer.preferences import RECENT, Preferences
from designer.selection import Selection
from designer.theme import FAMILIES, Theme, contrast, family_key
from graph import edits
from graph.catalogue import standard
from graph.document import Document


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("ground", ["panel", "raised", "canvas", "node"])
@pytest.mark.parametrize("text", ["text", "muted", "error", "warning", "good", "accent"])
def test_text_has_the_contrast_of_aa(qapp, dark, ground, text):
    theme = Theme(dark)
    assert contrast(getattr(theme, text), getattr(theme, ground)) >= 4.5


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("family", FAMILIES)
def test_marks_of_families_stand_out_from_their_tile(qapp, dark, family):
    theme = Theme(dark)
    assert contrast(theme.family(family), theme.tile(family)) >= 3
    assert contrast(theme.on_accent, theme.accent) >= 4.5


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
