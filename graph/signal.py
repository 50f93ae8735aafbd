"""Tells listeners that something happened, with one value."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Signal(Generic[T]):
    """A list of callables. A listener added or removed during `emit` counts from the next one."""

    __slots__ = ("_listeners",)

    def __init__(self) -> None:
        self._listeners: tuple[Callable[[T], object], ...] = ()

    def connect(self, listener: Callable[[T], object]) -> Callable[[T], object]:
        """Call `listener(value)` at every `emit` from now on; answers it, so that a lambda can be kept."""
        self._listeners += (listener,)
        return listener

    def disconnect(self, listener: Callable[[T], object]) -> None:
        """Forget a listener; one that was never connected is no error."""
        self._listeners = tuple(known for known in self._listeners if known != listener)

    def emit(self, value: T) -> None:
        for listener in self._listeners:
            listener(value)
