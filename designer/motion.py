"""Whether things may move on screen: whoever animates anything asks here."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from designer.preferences import Preferences

EFFECTS = (
    Qt.UIEffect.UI_AnimateMenu,
    Qt.UIEffect.UI_FadeMenu,
    Qt.UIEffect.UI_AnimateCombo,
    Qt.UIEffect.UI_AnimateTooltip,
)


class Motion:
    """What the user chose; by itself what the system says, as far as Qt tells."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences
        self._system = QApplication.isEffectEnabled(Qt.UIEffect.UI_General)

    @property
    def reduced(self) -> bool:
        chosen = self._preferences.motion
        return chosen == "reduced" or (chosen == "system" and not self._system)

    def apply(self) -> None:
        """What Qt itself animates keeps to it too."""
        for effect in EFFECTS:
            QApplication.setEffectEnabled(effect, not self.reduced)
