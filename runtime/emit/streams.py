"""What changes in train.py where rows are read when they are needed, since not all of them fit into memory."""

from runtime.program import Program

BATCHES = '''
class Rows(Dataset):
    """Reads the rows of a batch when a worker asks for them."""

    def __init__(self, part):
        self.part = part

    def __getitem__(self, rows):
        return [values[rows] for values in self.part]


def batches(part, turn=None, start=0):
    """The batches of one turn from `start` on, read ahead by workers; without a turn larger ones, in order."""
    rows = torch.arange(len(part[0])){mixed}{whole}
    chosen = rows.split(4 * BATCH if turn is None else BATCH)[start:]
    loader = DataLoader(
        Rows(part), batch_size=None, sampler=chosen, num_workers=WORKERS,
        pin_memory=DEVICE.startswith("cuda"), generator=torch.Generator(),
    )
    return ([values.to(DEVICE, non_blocking=True) for values in batch] for batch in loader)
'''

STORED = '''
class Stored:
    """Rows of an array on the disk; only those that are asked for are read."""

    def __init__(self, path):
        self.values = np.load(path, mmap_mode="r")

    def __len__(self):
        return len(self.values)

    def __getitem__(self, rows):
        return torch.from_numpy(self.values[rows.numpy()])
'''

WORKERS = "WORKERS = min(8, max(1, (os.cpu_count() or 1) // 2))"

IMPORTS = ("import numpy as np", "from torch.utils.data import DataLoader, Dataset")

LOADING = """
data = {part: sorted(Path("data").glob(f"{part}-*.npy")) for part in ("train", "validation", "test")}
data = {part: [Stored(path) for path in paths] for part, paths in data.items() if paths}
"""


def can_stream(program: Program) -> bool:
    """Whether batches can be read when they are needed."""
    return len(program.sources) == 1 and program.run.precision != "float64" and program.once is None


def batches(program: Program) -> str:
    """The function `batches`, and what it needs."""
    (source,) = program.sources
    order = "\n    if turn is not None:\n        rows = order(len(rows), turn)" if source.shuffle else ""
    whole = "rows = rows[: len(rows) // BATCH * BATCH]"
    dropped = f"\n    if turn is not None:\n        {whole}" if source.drops_last else ""
    if source.shuffle and source.drops_last:
        order, dropped = f"{order}\n        {whole}", ""
    text = BATCHES.replace("{mixed}", order).replace("{whole}", dropped)
    return text.replace("4 * BATCH", "4 * BATCH // PARTS") if program.run.accumulate > 1 else text


def fitting(rows: int) -> str:
    """The line that fits what is fitted, to as many rows as may be looked at together."""
    return f'training.fit(*(values[torch.arange(min({rows}, len(values)))] for values in data["train"]))'
