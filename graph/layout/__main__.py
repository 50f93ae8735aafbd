"""`python -m graph.layout`: lays out one outline that comes in as JSON, apart from the window, so that it never waits.

Out comes a line with how far it is, now and then, and at last a line with the arrangement.
"""

import json
import sys

from graph.layout import Outline, arranging

TELLS = 50
"""How many parts of the way are told of."""


def main() -> None:
    steps, told = arranging(Outline.from_json(json.load(sys.stdin))), 0
    while True:
        try:
            done = int(next(steps) * TELLS)
        except StopIteration as end:
            print(json.dumps(end.value.to_json()), flush=True)
            return
        if done > told:
            told = done
            print(json.dumps(done / TELLS), flush=True)


if __name__ == "__main__":
    main()
