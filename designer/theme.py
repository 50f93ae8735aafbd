"""Every colour and font on screen, in a dark, a light and a high-contrast set of tokens, so that all looks like one."""

from __future__ import annotations

from functools import cache
from typing import Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette

Tone = Literal["dark", "light", "contrast"]
TONES: tuple[Tone, ...] = ("dark", "light", "contrast")
Role = Literal["base", "secondary", "title", "name", "number", "code"]

TOKENS: dict[str, tuple[str, str, str]] = {  # name: (dark, light, contrast)
    "canvas": ("#12151a", "#f5f6f8", "#000000"),
    "grid": ("#1d222a", "#e4e7ec", "#303030"),
    "panel": ("#181c22", "#ffffff", "#000000"),
    "raised": ("#20252d", "#f0f2f5", "#0d0d0d"),
    "line": ("#2b323c", "#d9dde4", "#a6a6a6"),
    "text": ("#e7eaf0", "#1b2027", "#ffffff"),
    "muted": ("#98a2b1", "#5a6473", "#e2e2e2"),
    "faint": ("#667080", "#808997", "#b8b8b8"),
    "accent": ("#5b9dff", "#1f66e0", "#4cc9ff"),
    "on_accent": ("#0b1017", "#ffffff", "#000000"),
    "error": ("#ff6b6b", "#c81e3a", "#ff8f85"),
    "warning": ("#f2b84b", "#946000", "#ffd338"),
    "good": ("#41c98d", "#117848", "#9dffc8"),
    "node": ("#1d2229", "#ffffff", "#000000"),
    "wire": ("#6f7b8c", "#7d8796", "#d6d6d6"),
}
"""The tokens of the look; `faint` is for marks and placeholders, never for text one must read."""

FAMILIES: dict[str, tuple[str, str, str]] = {
    "data": ("#3fb6c6", "#1f8796", "#5fe3f5"),
    "layer": ("#6ea8fe", "#2f72d9", "#6aaeff"),
    "convolution": ("#8f8bff", "#6059e0", "#b9b5ff"),
    "neuron": ("#f0a35e", "#b8641a", "#ffb978"),
    "normalization": ("#c58bd9", "#9452ad", "#ffccff"),
    "recurrent": ("#58c48d", "#23854f", "#74e6ab"),
    "loss": ("#f27d8b", "#cb4558", "#ff9fac"),
    "optimizer": ("#d8c24a", "#857200", "#f2dd52"),
    "metric": ("#9aa4b2", "#667080", "#d0d7e0"),
}
"""Hue of a family's icon tile; the light set is darker, so that marks keep 3:1 on white."""

ALIASES: dict[str, str] = {
    "activation": "neuron",
    "schedule": "optimizer",
    "pooling": "convolution",
    "padding": "convolution",
    "resampling": "convolution",
    "linear": "layer",
    "merge": "layer",
    "block": "layer",
    "reshape": "layer",
    "arithmetic": "layer",
    "reduction": "layer",
    "logic": "layer",
    "regularization": "normalization",
    "preparation": "data",
    "fitted": "data",
    "structure": "metric",
    "output": "metric",
    "attention": "recurrent",
    "embedding": "recurrent",
}

INTERFACE = ("Inter", "Inter Variable", "SF Pro Text", "Segoe UI", "Cantarell", "Noto Sans", "DejaVu Sans")
MONOSPACE = ("JetBrains Mono", "SF Mono", "Menlo", "Cascadia Mono", "Consolas", "Noto Sans Mono", "DejaVu Sans Mono")

SIZES: dict[Role, float] = {"base": 12.5, "secondary": 11, "title": 15, "name": 12.5, "number": 11.5, "code": 11.5}


class Theme(QObject):
    """The tokens of the present look as colours; `changed` tells when another look was chosen."""

    changed = Signal()

    canvas: QColor
    grid: QColor
    panel: QColor
    raised: QColor
    line: QColor
    text: QColor
    muted: QColor
    faint: QColor
    accent: QColor
    on_accent: QColor
    error: QColor
    warning: QColor
    good: QColor
    node: QColor
    wire: QColor

    def __init__(self, dark: bool = True, parent: QObject | None = None, *, tone: Tone | None = None) -> None:
        super().__init__(parent)
        self._tone: Tone = tone or ("dark" if dark else "light")
        self._fonts: dict[tuple[str, float], QFont] = {}
        self._fill()

    @property
    def tone(self) -> Tone:
        """Which set of tokens it is."""
        return self._tone

    @property
    def dark(self) -> bool:
        """Whether the ground is dark; that of high contrast is black."""
        return self._tone != "light"

    @property
    def border(self) -> int:
        """How wide the lines around fields and panels are, in pixels."""
        return 2 if self._tone == "contrast" else 1

    def set_dark(self, dark: bool) -> None:
        self.set_tone("dark" if dark else "light")

    def set_tone(self, tone: Tone) -> None:
        """Swaps the whole look; who paints with tokens repaints on `changed`."""
        if tone != self._tone:
            self._tone = tone
            self._fill()
            self.changed.emit()

    def family(self, name: str) -> QColor:
        """The colour of a family of kinds, whatever the case and number its name is written in."""
        return QColor(FAMILIES[family_key(name)][TONES.index(self._tone)])

    def tile(self, name: str) -> QColor:
        """The quiet ground of a family's icon tile: its colour laid thinly over a node."""
        return mixed(self.family(name), self.node, 0.24 if self.dark else 0.14)

    def font(self, role: Role = "base") -> QFont:
        """A font for a role of text; `number` and `code` are monospaced, `name` and `title` are semibold."""
        key = role, dots_per_inch()
        if key not in self._fonts:
            font = QFont(family_of(role in ("number", "code")))
            font.setPointSizeF(SIZES[role] * 72 / key[1])
            if role in ("title", "name"):
                font.setWeight(QFont.Weight.DemiBold)
            self._fonts[key] = font
        return QFont(self._fonts[key])

    def palette(self) -> QPalette:
        """The tokens as a palette, for all that Qt's own style paints."""
        palette = QPalette()
        for role, colour in self._roles().items():
            palette.setColor(role, colour)
        for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.faint)
        return palette

    def _roles(self) -> dict[QPalette.ColorRole, QColor]:
        role = QPalette.ColorRole
        return {
            role.Window: self.panel,
            role.WindowText: self.text,
            role.Base: self.panel,
            role.AlternateBase: self.raised,
            role.Text: self.text,
            role.Button: self.raised,
            role.ButtonText: self.text,
            role.BrightText: self.on_accent,
            role.Highlight: self.accent,
            role.HighlightedText: self.on_accent,
            role.PlaceholderText: self.muted,
            role.ToolTipBase: self.raised,
            role.ToolTipText: self.text,
            role.Link: self.accent,
            role.LinkVisited: self.accent,
            role.Accent: self.accent,
            role.Mid: self.line,
            role.Dark: self.line,
            role.Light: self.raised,
            role.Midlight: self.raised,
            role.Shadow: self.canvas,
        }

    def _fill(self) -> None:
        for name, tones in TOKENS.items():
            setattr(self, name, QColor(tones[TONES.index(self._tone)]))


def family_key(name: str) -> str:
    """The family whose colour a name takes: `Layers` is `layer`, `Losses` is `loss`, an unknown one is `layer`."""
    word = name.strip().lower()
    for candidate in (word, word.removesuffix("s"), word.removesuffix("es"), *word.replace("-", " ").split()):
        key = ALIASES.get(candidate, candidate)
        if key in FAMILIES:
            return key
    return "layer"


def mixed(over: QColor, under: QColor, share: float) -> QColor:
    """`share` of one colour laid over another, opaque."""
    return QColor.fromRgbF(
        over.redF() * share + under.redF() * (1 - share),
        over.greenF() * share + under.greenF() * (1 - share),
        over.blueF() * share + under.blueF() * (1 - share),
    )


def contrast(one: QColor, other: QColor) -> float:
    """The contrast ratio of two colours as WCAG 2.1 defines it, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: QColor) -> float:
    """Relative luminance of an sRGB colour as WCAG 2.1 defines it."""
    linear = [
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4
        for v in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def dots_per_inch() -> float:
    """How many of Qt's pixels make an inch here: fractions of a pixel can only be asked for in points."""
    screen = QGuiApplication.primaryScreen()
    return screen.logicalDotsPerInch() if screen else 96.0


@cache
def _present() -> frozenset[str]:
    """The families of fonts that this machine has."""
    return frozenset(QFontDatabase.families())


@cache
def family_of(monospace: bool) -> str:
    """The first font of our wishes that this machine has, else the platform's own."""
    for name in MONOSPACE if monospace else INTERFACE:
        if name in _present():
            return name
    system = QFontDatabase.SystemFont.FixedFont if monospace else QFontDatabase.SystemFont.GeneralFont
    return QFontDatabase.systemFont(system).family()
