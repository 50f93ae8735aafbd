"""Dialogs of a window that belong to no panel: export, picture, preferences, keys, blocks kept, trust in a file."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from graph.catalogue import plugins
from graph.diagnostic import Offer
from graph.files import FileError

if TYPE_CHECKING:
    from designer.window import Window


def export(window: Window) -> None:
    from designer.dialogs.export import ExportDialog

    ExportDialog(window.session, window.training.run, window.shell.theme, window).exec()


def picture(window: Window) -> None:
    from designer.dialogs.picture import PictureDialog

    PictureDialog(window.session, window.shell.theme, window).exec()


def preferences(window: Window) -> None:
    from designer.dialogs.preferences import PreferencesDialog

    dialog = PreferencesDialog(window.shell.preferences, window.shell.theme, window)
    dialog.keys_wanted.connect(partial(keys, window))
    dialog.exec()


def shortcuts(window: Window) -> None:
    from designer.dialogs.shortcuts import ShortcutsDialog

    dialog = ShortcutsDialog(window.header.keys(), window.shell.theme, window)
    dialog.change_wanted.connect(partial(keys, window), Qt.ConnectionType.QueuedConnection)
    dialog.exec()


def keys(window: Window) -> None:
    from designer.dialogs.keys import KeysDialog

    KeysDialog(window.shell.shortcuts, lambda action: action.words(window), window.shell.theme, window).exec()


def commands(window: Window) -> None:
    from designer.commanding import open_commands

    open_commands(window)


def keep_block(window: Window) -> None:
    """Keep the selected block, or the one that is looked into, for other drawings."""
    placed, library = window.view.blocks.placed(), window.shell.block_files
    born = placed.born if placed else window.session.level.document.block
    block = window.session.document.the_block(born)
    if block is not None and library.is_own(block.id) and not _may_replace(window, block.id):
        return
    try:
        window.say(library.keep(window.session.document, born))
    except FileError as error:
        window.say(str(error))
    window.panels.palette.look_again()


def _may_replace(window: Window, name: str) -> bool:
    """Ask before a block of the library is written over."""
    yes = QMessageBox.StandardButton.Yes
    told = f"The library has a block {name} already. Put this one in its place?"
    return QMessageBox.question(window, "Save block to the library", told) == yes


def trust(window: Window, offer: Offer) -> None:
    """Ask what helps with a problem and is no change of the drawing: whether a file may run."""
    from designer.dialogs.trust import TrustDialog

    if TrustDialog(Path(offer.about), window.shell.theme, window).exec():
        window.shell.inquiry.look_again()


def about(window: Window) -> None:
    what = "Draw a neural network, watch it learn, take the trained model away as readable PyTorch."
    QMessageBox.about(window, "Neuroloom", "\n\n".join(["Neuroloom 0.1.0", what, *_plugins()]))


def _plugins() -> list[str]:
    """What plug-ins bring, and what was left out, in sentences."""
    packages = plugins().packages
    brought = [
        f"{package} brings {', '.join(name for name, of in packages.items() if of == package)}."
        for package in dict.fromkeys(packages.values())
    ]
    return [*brought, *map(str, plugins().left_out)]
