"""The parts of train.py that let several processes share each batch; `torchrun` starts them."""

from runtime.program import Program

NUMBERS = 'RANK, PROCESSES = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))'
"""Which process this is, and how many there are."""

ADDING = '''
def add_up(weights):
    """Adds the slopes of all processes, so that each moves its weights by those of the whole batch."""
    if PROCESSES == 1:
        return
    weights = [w for w in weights if w.requires_grad]
    slopes = [torch.zeros_like(w) if w.grad is None else w.grad for w in weights]
    added = torch.cat([slope.flatten() for slope in slopes])
    dist.all_reduce(added)
    for w, slope in zip(weights, added.split([w.numel() for w in weights])):
        w.grad = slope.view_as(w)
'''

JOINING = '''
def joined(meter):
    """What all processes have seen."""
    if PROCESSES == 1:
        return meter
    own = {
        name: [(torch.as_tensor(value).cpu(), torch.as_tensor(count).cpu()) for value, count in zip(*both)]
        for name, both in meter.parts.items()
    }
    everyone, whole = [None] * PROCESSES, Meter()
    dist.all_gather_object(everyone, own)
    for parts in everyone:
        for name, pairs in parts.items():
            for pair in pairs:
                whole.add({name: pair})
    return whole


def align(training):
    """Gives all processes the buffers of the first one, such as the means of batch norms."""
    if PROCESSES > 1:
        for module in modules(training):
            for buffer in module.buffers():
                dist.broadcast(buffer, 0)
'''

MEETING = """
if PROCESSES > 1:
    dist.init_process_group("gloo" if DEVICE == "cpu" else "cpu:gloo,cuda:nccl")
"""

PARTING = """
if PROCESSES > 1:
    dist.destroy_process_group()
"""


def is_parted(program: Program) -> bool:
    """Whether a batch goes through in parts: one behind the other, or in several processes."""
    return program.run.accumulate > 1 or is_shared(program)


def is_shared(program: Program) -> bool:
    """Whether several processes may share a batch."""
    return program.run.processes != 1


def draws_apart(program: Program) -> bool:
    """Whether each process draws numbers of its own. What is drawn for a whole batch has to be the same in all."""
    return is_shared(program) and not program.drawn


def device_line(device: str) -> str:
    """The line that says where a process trains: each on a card of its own."""
    if device == "auto":
        return 'DEVICE = f"cuda:{RANK}" if torch.cuda.is_available() else "cpu"'
    return 'DEVICE = f"cuda:{RANK}"' if device.startswith("cuda") else f'DEVICE = "{device}"'
