"""Answers what open drawings ask about their files: through a helper process, which begins with the first question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from designer.session import Session

if TYPE_CHECKING:
    from runtime.facts import Facts


class Inquiry(QObject):
    """One for all windows. `answered` brings answers over from the thread on which they come."""

    answered = Signal(object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._facts: Facts | None = None
        self._attended: list[Session] = []
        self.answered.connect(self._tell)

    def attend(self, session: Session) -> None:
        """Answer what a drawing asks about its files."""
        self._attended.append(session)
        session.reading.asked.connect(self._ask)
        for question in session.reading.open_questions():
            self._ask(question)

    def dismiss(self, session: Session) -> None:
        """A drawing is closed."""
        self._attended = [known for known in self._attended if known is not session]

    def look_again(self) -> None:
        """Ask all over again: a file may have changed, or be trusted now. What is as it was costs nothing."""
        for session in self._attended:
            for question in session.reading.questions():
                self._ask(question)

    def come_back(self, state: Qt.ApplicationState) -> None:
        """Whoever was in another program may have changed a file there."""
        if state is Qt.ApplicationState.ApplicationActive and self._facts is not None:
            self.look_again()

    def close(self) -> None:
        """End the helper process, if there is one."""
        if self._facts is not None:
            self._facts.close()

    def _ask(self, question: object) -> None:
        from runtime.facts import Facts

        if self._facts is None:
            self._facts = Facts(lambda asked, found: self.answered.emit(asked, found))
        assert isinstance(question, dict)
        self._facts.ask(question)

    def _tell(self, question: dict[str, object], facts: dict[str, object]) -> None:
        for session in self._attended:
            session.reading.tell(question, facts)
