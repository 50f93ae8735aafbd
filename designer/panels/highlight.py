"""Colours Python source lightly: words of the language, strings, numbers and comments."""

from __future__ import annotations

import keyword
import re

from PySide6.QtGui import QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from designer.theme import Theme

KEYWORDS = (*keyword.kwlist, "self", "super")
PARTS = re.compile(
    r"(?P<comment>#.*)|(?P<string>\"\"\".*?(?:\"\"\"|$)|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')"
    r"|(?P<number>\b\d+(?:\.\d+)?(?:e[-+]?\d+)?\b)|(?P<keyword>\b(?:" + "|".join(KEYWORDS) + r")\b)"
)


class Highlighter(QSyntaxHighlighter):
    """Follows a text and the theme."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._theme = theme
        self._formats: dict[str, QTextCharFormat] = {}
        self._dress()
        theme.changed.connect(self._restyle)

    def highlightBlock(self, text: str) -> None:
        for match in PARTS.finditer(text):
            name = match.lastgroup or ""
            self.setFormat(match.start(), match.end() - match.start(), self._formats[name])

    def _restyle(self) -> None:
        self._dress()
        self.rehighlight()

    def _dress(self) -> None:
        theme = self._theme
        colours = {
            "comment": theme.muted,
            "string": theme.family("recurrent"),
            "number": theme.family("neuron"),
            "keyword": theme.family("convolution"),
        }
        for name, colour in colours.items():
            form = QTextCharFormat()
            form.setForeground(colour)
            if name == "comment":
                form.setFontItalic(True)
            if name == "keyword":
                form.setFontWeight(QFont.Weight.Medium)
            self._formats[name] = form
