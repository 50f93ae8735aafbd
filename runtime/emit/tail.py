"""The part of train.py that hardly differs between drawings: meters, order, batches, and `main`."""

from runtime.emit import streams
from runtime.emit.hastening import is_hastened
from runtime.emit.helpers import write_formulas
from runtime.emit.precision import DETERMINISTIC, DOUBLE, autocast
from runtime.emit.processes import ADDING, JOINING, MEETING, NUMBERS, PARTING, device_line, draws_apart, is_shared
from runtime.emit.schedules import takes_steps
from runtime.emit.source import Writer
from runtime.emit.whole import spans, whole, whole_steps
from runtime.program import Program, SourceNode
from runtime.program.given import given

METER = '''
class Meter:
    """Figures of a pass as sums and counts: exact, whatever the batches."""

    def __init__(self):
        self.parts = {}

    def add(self, sums):
        for name, (value, count) in sums.items():
            values, counts = self.parts.setdefault(name, ([], []))
            values.append(value)
            counts.append(count)
            if len(values) == 1024:
                values[:], counts[:] = [torch.stack(values).double().sum()], [sum(counts)]

    def read(self):
        return {
            name: float(torch.stack(values).double().sum() / sum(counts))
            for name, (values, counts) in self.parts.items()
        }
'''

FORMED = '''
class Meter:
    """What figures add up over a pass, or keep: exact, whatever the batches."""

    def __init__(self):
        self.parts = {}

    def add(self, sums):
        for name, (value, count) in sums.items():
            values, counts = self.parts.setdefault(name, ([], []))
            values.append(value)
            counts.append(count)
            if len(values) == 1024:
                values[:], counts[:] = [together(name, values)], [sum(counts)]

    def read(self):
        return {
            name: FORMULAS.get(name, torch.div)(together(name, values), sum(counts)).tolist()
            for name, (values, counts) in self.parts.items()
        }


def together(name, values):
    """All that a figure has added up, or kept."""
    return torch.cat(values) if name in KEPT else torch.stack(values).double().sum(0)
'''

ORDER = '''
def order(rows, turn, source=0):
    """The rows of one turn through a source; it depends on seed, source and turn alone."""
    chance = torch.Generator().manual_seed(SEED * 1_000_003 + source * 10_007 + turn)
    return torch.randperm(rows, generator=chance)
'''

BATCHES = '''
def batches(part, turn=None):
    """The batches of one turn; without one larger ones, in the order of the rows."""
    if turn is None:
        return zip(*(values.split(4 * BATCH) for values in part))
    rows = order(len(part[0]), turn).to(part[0].device)
    ahead = ([values[some] for values in part] for some in rows.split(64 * BATCH))
    return (batch for some in ahead for batch in zip(*(values.split(BATCH) for values in some)))
'''

IN_ORDER = '''
def batches(part, turn=None):
    """The batches of one turn, in the order of the rows; without a turn, larger ones."""
    size = 4 * BATCH if turn is None else BATCH
    return zip(*(values.split(size) for values in part))
'''

STREAM = '''
def batches(part, turn=None):
    """The batches of a part: row i of each goes on where row i of the one before ended."""
    return zip(*(values.split(BATCH) for values in part))
'''

SEVERAL = '''
def batches(part, turn=None):
    """The batches of one turn through the longest source; the others start again, in a new order."""
    counts = [-(-len(part[first]) // size) for first, _, size, _ in SOURCES]
    if turn is None:
        turns = [_turns(part, at, 0, min(counts)) for at in range(len(SOURCES))]
    else:
        first, steps = turn * max(counts), max(counts)
        turns = [_turns(part, at, first, steps, mixed=True) for at in range(len(SOURCES))]
    return (sum(some, []) for some in zip(*turns))


def _turns(part, source, start, steps, mixed=False):
    """Batches of one source from its batch `start` on, counted over all its turns."""
    first, last, size, shuffle = SOURCES[source]
    values = part[first:last]
    count, turn = -(-len(values[0]) // size), None
    for at in range(start, start + steps):
        if at // count != turn:
            turn = at // count
            rows = torch.arange(len(values[0]))
            if mixed and shuffle:
                rows = order(len(rows), turn, source)
            rows = rows.to(values[0].device)
        some = rows[at % count * size : (at % count + 1) * size]
        yield [value[some] for value in values]
'''

PREPARED = '''
def prepared(training, part):
    """A part of the data, with what is computed once in the place of what it is computed from."""
    for module in modules(training):
        module.eval()
    some = [training.prepare(*batch) for batch in batches(part)]
    return [torch.cat(values) for values in zip(*some)]
'''

LOOK = '''
def look(training, part):
    """The figures of a part, without learning from it."""
    for module in modules(training):
        module.eval()
{begin}    held = Meter()
    for batch in batches(part):
        held.add(training.evaluate(*batch))
    return held.read()


def modules(training):
    """What is trained: the net and, where there are any, the extras{means}."""
    return [getattr(training, name) for name in ({names}) if hasattr(training, name)]
'''


LOADING = """
data = torch.load("data.pt", weights_only=True)
data = {part: [values.to(DEVICE) for values in listed] for part, listed in data.items()}
"""


def write_tail(program: Program, *, begins: bool, fits: bool, ends: bool, stream: int = 0) -> Writer:
    """Everything behind class Training."""
    writer = Writer()
    made = write_formulas(program)
    writer.extend(made)
    if made.rows:
        writer.gap()
    for text in (
        FORMED if made.rows else METER,
        ORDER,
        *((streams.STORED, streams.batches(program)) if stream else (_batches(program),)),
        LOOK.format(
            begin="    training.begin(DEVICE)\n" if begins else "",
            means="; and the means of its weights" if program.run.ema else "",
            names='"net", "extras", "ema"' if program.run.ema else '"net", "extras"',
        ),
        *((PREPARED,) if program.once else ()),
        *((ADDING, JOINING) if is_shared(program) else ()),
    ):
        writer.block(text)
        writer.gap()
    writer.block(_main(program, begins=begins, fits=fits, ends=ends, stream=stream))
    return writer


def constants(program: Program, threads: int, device: str, *, stream: bool, watches: bool) -> Writer:
    """The numbers of the run, at the top of the file."""
    writer, run = Writer(), program.run
    first = program.sources[0]
    if len(program.sources) == 1:
        writer.line(f"EPOCHS, BATCH, SEED, THREADS = {run.epochs}, {_rows(program, first)}, {run.seed}, {threads}")
    else:
        writer.line(f"EPOCHS, SEED, THREADS = {run.epochs}, {run.seed}, {threads}")
        writer.line(f"SOURCES = {_spans(program)}")
    if run.accumulate > 1:
        writer.line(f"PARTS = {run.accumulate}")
    if is_shared(program):
        writer.line(NUMBERS)
        writer.line(device_line(device))
    else:
        chosen = '"cuda" if torch.cuda.is_available() else "cpu"'
        writer.line(f"DEVICE = {chosen}" if device == "auto" else f'DEVICE = "{device}"')
    if stream:
        writer.line(streams.WORKERS)
    if autocast(program):
        writer.line("DEVICE_TYPE = torch.device(DEVICE).type")
    if watches and program.watch:
        writer.line(f'WATCH = "{program.watch.id}"', program.watch.born)
    return writer


def _rows(program: Program, source: SourceNode) -> int:
    """The rows of a source in one step."""
    return source.batch_size * program.run.accumulate


def _spans(program: Program) -> str:
    """For each source: its first argument, the one behind its last, rows in a batch, shuffled or not."""
    at, found = 0, []
    for source in program.sources:
        found.append((at, at + len(source.ports), _rows(program, source), source.shuffle))
        at += len(source.ports)
    return repr(spans(program, found))


def _batches(program: Program) -> str:
    if len(program.sources) > 1:
        return whole(program, SEVERAL)
    if program.sources[0].stream:
        return STREAM
    text = whole(program, BATCHES if program.sources[0].shuffle else IN_ORDER)
    return text.replace("4 * BATCH", "4 * BATCH // PARTS") if program.run.accumulate > 1 else text


def _main(program: Program, *, begins: bool, fits: bool, ends: bool, stream: int) -> str:
    run = program.run
    rows = ["def main():"]

    def add(text: str, when: bool = True) -> None:
        if when:
            rows.extend("    " + row if row else "" for row in text.split("\n"))

    keeps, shared = run.early_stopping > 0, is_shared(program)
    add(MEETING.strip("\n"), shared)
    add("torch.set_num_threads(THREADS)\ntorch.manual_seed(SEED)")
    add(DETERMINISTIC.strip(), run.deterministic)
    add(streams.LOADING.strip() if stream else LOADING.strip())
    add(f"steps = EPOCHS * {_steps(program)}", takes_steps(program))
    add(f"training = Training({'steps' if takes_steps(program) else ''})")
    add('training.load(torch.load("pretrained.pt", weights_only=True))', bool(given(program)))
    add("for module in modules(training):\n    module.to(DEVICE)")
    add(DOUBLE.strip(), run.precision == "float64")
    add(streams.fitting(stream) if stream else 'training.fit(*data["train"])', fits)
    add("data = {part: prepared(training, values) for part, values in data.items()}", bool(program.once))
    add("if RANK:\n    torch.manual_seed(SEED + RANK)", draws_apart(program))
    add('step = hastened(training, data["train"])', is_hastened(program))
    add(f"best, kept, waited = {'-' * _goes_up(program)}math.inf, None, 0", keeps)
    add("for epoch in range(EPOCHS):")
    add("    for module in modules(training):\n        module.train()")
    add("    training.begin(DEVICE)", begins)
    add("    seen = Meter()")
    step = "step" if is_hastened(program) else "training.step"
    add(f'    for batch in batches(data["train"], epoch):\n        seen.add({step}(*batch))')
    add("    align(training)", shared)
    add("    train = joined(seen).read()" if shared else "    train = seen.read()")
    add('    held = look(training, data["validation"]) if "validation" in data else {}')
    add("    training.end_epoch(held or train)", ends)
    first, within = ("    if RANK == 0:\n    ", "if RANK == 0:\n    ") if shared else ("", "")
    add(first + '    print(f"epoch {epoch + 1}: train {train}, validation {held}")')
    add(_best(program) if keeps else "", keeps)
    add("for module, weights in zip(modules(training), kept or []):\n    module.load_state_dict(weights)", keeps)
    also = " and RANK == 0" if shared else ""
    add(f'if "test" in data{also}:' + "\n    print(f\"test {look(training, data['test'])}\")")
    taken = "training.ema.module" if run.ema else "training.net"
    add(within + f'torch.save({taken}.state_dict(), "trained.pt")')
    add(PARTING.strip("\n"), shared)
    return "\n".join([*rows, "", "", 'if __name__ == "__main__":', "    main()"])


def _steps(program: Program) -> str:
    """An expression for the steps of an epoch."""
    if any(source.drops_last for source in program.sources):
        return whole_steps(program)
    if len(program.sources) == 1:
        return '-(-len(data["train"][0]) // BATCH)'
    return 'max(-(-len(data["train"][at]) // size) for at, _, size, _ in SOURCES)'


def _goes_up(program: Program) -> bool:
    """Whether more of the watched figure is better."""
    return program.watch is not None and program.watch.better == "high"


def _best(program: Program) -> str:
    """The lines that keep the best weights and end the training when nothing gets better."""
    run = program.run
    rows = [
        "    figure = (held or train)[WATCH]",
        f"    if figure {'>' if _goes_up(program) else '<'} best:",
        "        best, waited = figure, 0",
    ]
    rows += [
        "        kept = [copy.deepcopy(module.state_dict()) for module in modules(training)]",
        "    else:",
        "        waited += 1",
        f"        if waited == {run.early_stopping}:",
        "            break",
    ]
    return "\n".join(rows)
