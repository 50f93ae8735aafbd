"""Makes the steps of a training faster, as its run settings ask, or says why they are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.emit.hastening import why_no_graph
from runtime.train.state import modules

if TYPE_CHECKING:
    from runtime.recorder import Recorder
    from runtime.train.loop import Loop
    from runtime.train.setup import Setup


def hasten(setup: Setup, recorder: Recorder) -> None:
    """Lets the loop take its steps compiled, or as a CUDA graph. Nothing that a checkpoint holds changes."""

    def say(text: str) -> None:
        recorder.event("message", text=text, level="warning")

    if setup.hastened is not None:
        setup.loop.quick = setup.hastened(setup.loop.training, setup.loop.data["train"], say)
    elif setup.program.run.compile == "graphs" and (why := why_no_graph(setup.program)):
        say(why)


def plain(loop: Loop) -> None:
    """Lets the loop take its steps as they are written again."""
    loop.quick = None
    for home in modules(loop.training).values():
        for module in home.modules():
            module._compiled_call_impl = None
        for name in [name for name, held in vars(home).items() if hasattr(held, "_torchdynamo_orig_callable")]:
            delattr(home, name)
