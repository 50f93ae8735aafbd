"""The row of open drawings above the canvas: choose, close, put in another order, pull out into a window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPoint, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QFont,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QMenu, QTabBar, QToolButton, QToolTip, QWidget

from designer import icons
from designer.theme import Theme

AWAY = 36
"""Pixels beyond the row from which a tab that is let go becomes a window."""
WIDEST = 220
RIGHT = QTabBar.ButtonPosition.RightSide
OWN = "Let go: a window of its own"


class Label(NamedTuple):
    """What a tab says of its drawing."""

    name: str
    tip: str
    modified: bool
    path: str = ""


class Closer(QAbstractButton):
    """The cross of a tab; a dot while the drawing has changes that are not saved and the pointer is elsewhere."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._modified = self._over = False
        self.setFixedSize(18, 18)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the row itself takes the keys
        self.setToolTip("Close")

    def show_modified(self, modified: bool) -> None:
        self._modified = modified
        self.setAccessibleName("Close, with changes that are not saved" if modified else "Close")
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._over = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._over = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, area = QPainter(self), QRectF(self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self._modified and not self._over:
            painter.setBrush(self._theme.text)
            painter.drawEllipse(area.center(), 3.5, 3.5)
            return
        if self._over:
            painter.setBrush(self._theme.line)
            painter.drawRoundedRect(area, 5, 5)
        colour = self._theme.text if self._over else self._theme.muted
        icons.paint(painter, "close", colour, area.adjusted(4, 4, -4, -4))


class Row(QTabBar):
    """The tabs. A drag along the row puts one elsewhere, one away from it pulls it out; Escape breaks off either."""

    closing = Signal(int)
    parted = Signal(int, QPoint)
    menu_asked = Signal(int, QPoint)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("drawings")
        self.setAccessibleName("Open drawings")
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setMovable(True)
        self.setElideMode(Qt.TextElideMode.ElideMiddle)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._from: int | None = None
        self._away = False
        self.landing: Callable[[QPoint], str] = lambda place: OWN
        """What letting a tab go at a place of the screen would do."""

    def tabSizeHint(self, index: int) -> QSize:
        """As wide for a tab that is chosen as for one that is not: names are bold nowhere."""
        hint = super().tabSizeHint(index)
        return QSize(min(hint.width(), WIDEST), hint.height())

    def minimumTabSizeHint(self, index: int) -> QSize:
        return QSize(min(136, self.tabSizeHint(index).width()), super().minimumTabSizeHint(index).height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            at = self.tabAt(event.position().toPoint())
            self._from = at if at >= 0 else None
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is None:
            return
        super().mouseMoveEvent(event)
        if QWidget.keyboardGrabber() is not self:
            self.grabKeyboard()  # for Escape
        beyond = self.rect().adjusted(-AWAY, -AWAY, AWAY, AWAY)
        away = not beyond.contains(event.position().toPoint())
        if away:
            place = event.globalPosition().toPoint()
            QToolTip.showText(place, self.landing(place), self)
        elif self._away:
            QToolTip.hideText()
        self._away = away

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.MiddleButton:
            at = self.tabAt(event.position().toPoint())
            if at >= 0:
                self.closing.emit(at)
            return
        super().mouseReleaseEvent(event)
        away = self._end()
        if away:
            self.parted.emit(self.currentIndex(), event.globalPosition().toPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._from is not None:
            self._break_off()
        elif event.key() == Qt.Key.Key_Delete:
            self.closing.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        keyed = event.reason() == QContextMenuEvent.Reason.Keyboard
        at = self.currentIndex() if keyed else self.tabAt(event.pos())
        place = self.tabRect(at).bottomLeft() if keyed else event.pos()
        if at >= 0:
            self.menu_asked.emit(at, self.mapToGlobal(place))

    def _break_off(self) -> None:
        """Everything is as it was before the drag."""
        start = self._from
        here = self.mapFromGlobal(self.cursor().pos())
        release = QMouseEvent(
            QEvent.Type.MouseButtonRelease, here.toPointF(), self.mapToGlobal(here).toPointF(),
            Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        super().mouseReleaseEvent(release)
        self._end()
        if start is not None and start != self.currentIndex():
            self.moveTab(self.currentIndex(), start)

    def _end(self) -> bool:
        away, self._away, self._from = self._away, False, None
        self.releaseKeyboard()
        QToolTip.hideText()
        return away


class TabBar(QFrame):
    """Hidden while a single drawing is open in a single window. The signals carry the place of a tab in the row."""

    chosen = Signal(int)
    closing = Signal(int)
    moved = Signal(int, int)
    parted = Signal(int, QPoint)
    wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._labels: list[Label] = []
        self.setProperty("role", "bar")
        self.row = Row()
        self.more = self._button("Open drawings", self._show_all)
        self.new = self._button("New drawing", self.wanted.emit)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 6, 0)
        line.setSpacing(2)
        line.addWidget(self.row, 1)
        line.addWidget(self.more)
        line.addWidget(self.new)
        self.row.currentChanged.connect(self.chosen)
        self.row.tabMoved.connect(self.moved)
        self.row.closing.connect(self.closing)
        self.row.parted.connect(self.parted)
        self.row.menu_asked.connect(self._open_menu)
        theme.changed.connect(self._dress)
        self._dress()
        self.hide()

    def show_labels(self, labels: Sequence[Label], current: int, *, alone: bool) -> None:
        """Show these names in their order; the signals tell only what the user does. `alone`: there is no other window
        that a tab could be dragged to."""
        self._labels = list(labels)
        with QSignalBlocker(self.row):
            while self.row.count() > len(labels):
                self.row.removeTab(self.row.count() - 1)
            while self.row.count() < len(labels):
                self._add()
            for at, label in enumerate(labels):
                self._tell(at, label)
            self.row.setCurrentIndex(current)
        self.setVisible(len(labels) > 1 or not alone)
        self._measure()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def _tell(self, at: int, label: Label) -> None:
        text = label.name.replace("&", "&&")
        if self.row.tabText(at) != text:
            self.row.setTabText(at, text)
        self.row.setTabToolTip(at, label.tip)
        self.row.setAccessibleTabName(at, f"{label.name}, not saved" if label.modified else label.name)
        closer = self.row.tabButton(at, RIGHT)
        assert isinstance(closer, Closer)
        closer.show_modified(label.modified)

    def _add(self) -> None:
        at, closer = self.row.addTab(""), Closer(self._theme)
        closer.clicked.connect(lambda: self.closing.emit(self._place_of(closer)))
        self.row.setTabButton(at, RIGHT, closer)

    def _place_of(self, closer: Closer) -> int:
        return next(at for at in range(self.row.count()) if self.row.tabButton(at, RIGHT) is closer)

    def _measure(self) -> None:
        """The list of all is offered once the row is too short for them."""
        room = self.width() - self.new.sizeHint().width() - 8
        self.more.setVisible(sum(self.row.tabSizeHint(at).width() for at in range(self.row.count())) > room)

    def _show_all(self) -> None:
        menu = QMenu(self)
        for at, label in enumerate(self._labels):
            made = menu.addAction(f"{label.name} (not saved)" if label.modified else label.name)
            made.setToolTip(label.tip)
            if at == self.row.currentIndex():
                bold = QFont(made.font())
                bold.setWeight(QFont.Weight.DemiBold)
                made.setFont(bold)
            made.triggered.connect(lambda _=False, at=at: self.chosen.emit(at))
        self._pop_up(menu, self.more.mapToGlobal(QPoint(0, self.more.height())))

    def _open_menu(self, at: int, place: QPoint) -> None:
        menu = QMenu(self)
        others = sorted((other for other in range(self.row.count()) if other != at), reverse=True)
        menu.addAction("Close", lambda: self.closing.emit(at))
        menu.addAction("Close the others", lambda: self._close(others))
        menu.addSeparator()
        menu.addAction("Move to a window of its own", lambda: self.parted.emit(at, QPoint(-1, -1)))
        path = self._labels[at].path
        copy = menu.addAction("Copy its path", lambda: QGuiApplication.clipboard().setText(path))
        copy.setEnabled(bool(path))
        self._pop_up(menu, place)

    def _close(self, places: Sequence[int]) -> None:
        """From the last to the first, so that places stay true."""
        for at in places:
            self.closing.emit(at)

    def _pop_up(self, menu: QMenu, place: QPoint) -> None:
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def _button(self, name: str, wish: Callable[[], object]) -> QToolButton:
        button = QToolButton()
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.setIconSize(QSize(14, 14))
        button.clicked.connect(lambda _=False: wish())
        return button

    def _dress(self) -> None:
        self.more.setIcon(icons.icon("chevron-down", self._theme.muted))
        self.new.setIcon(icons.icon("plus", self._theme.muted))
