"""`python -m benchmarks.peers.one PEER FOLDER`: trains once, in a process of its own, and prints what came of it."""

import importlib
import json
import sys
from pathlib import Path

from benchmarks.peers import hand
from benchmarks.peers.given import Given
from benchmarks.peers.task import LIBRARIES
from runtime.pretrained import bringing


def main(peer: str, folder: Path) -> None:
    if peer in LIBRARIES and bringing.is_there():
        bringing.torchvision()  # Lightning imports it; see there why it may need help
    by_hand = {"tutorial": hand.tutorial, "best": hand.best, "compiled": hand.compiled}
    train = by_hand.get(peer) or importlib.import_module(f"benchmarks.peers.by_{peer}").run
    print(json.dumps(train(Given(folder))))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
