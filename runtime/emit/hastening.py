"""Writes what makes the steps of train.py faster: a network that is compiled, or whole steps as a CUDA graph."""

from runtime.emit.locals import Locals
from runtime.emit.processes import is_shared
from runtime.emit.schedules import Attributes
from runtime.program import Program, Stage
from runtime.program.perceptrons import is_rule

COMPILED = '''
def hastened(training, part, say=print, backend="inductor"):
    """The step with what it calls compiled. Other batches than whole ones, and looks, go as they are."""
    try:
        torch.compile(lambda x: x.cos() + 1, backend=backend)(torch.ones(8, device=DEVICE))
    except Exception as error:
        reason = str(getattr(error, "inner_exception", error)).strip().splitlines()
        say(f"PyTorch cannot compile here: trained as it is. {reason[0] if reason else ''}")
        return training.step
    torch._dynamo.config.suppress_errors = True  # what cannot be compiled runs as it is
    torch._inductor.config.fallback_random = True  # the same random numbers as without
{lines}
    torch.compiler.set_stance("eager_on_recompile")

    def step(*batch):
        if not is_whole(batch, part):
            return training.step(*batch)
        with torch.compiler.set_stance("default"):
            return training.step(*batch)

    return step
'''

GRAPHED = '''
def hastened(training, part, say=print):
    """The step as a CUDA graph, where there is a CUDA card."""
    if not DEVICE.startswith("cuda"):
        say("CUDA graphs need a CUDA card: trained without.")
        return training.step
    return Graphed(training, part, say, aside, recorded)


class Graphed:
    """Steps over whole batches, recorded once and replayed; other batches go as they are."""

    def __init__(self, training, part, say, aside, recorded):
        self.training, self.part, self.say = training, part, say
        self.aside, self.recorded = aside, recorded
        self.warm, self.can, self.replay = 3, True, None

    def __call__(self, *batch):
        if not self.can or not is_whole(batch, self.part):
            return self.training.step(*batch)
        if self.warm:
            if self.warm == 3:
                settle(self.training)
            self.warm -= 1
            return self.aside(self.training.step, batch)
        if self.replay is None and not self.begin(batch):
            return self.training.step(*batch)
        for held, values in zip(self.held, batch):
            held.copy_(values)
        self.replay()
        return {name: (copied(value), copied(count)) for name, (value, count) in self.sums.items()}

    def begin(self, batch):
        """Records a step; whether that went well."""
        self.held = [values.clone() for values in batch]
        try:
            self.replay, self.sums = self.recorded(self.training.step, self.held)
        except Exception as error:
            self.can, reason = False, (str(error) or type(error).__name__).splitlines()[0]
            self.say(f"A step cannot be recorded as a CUDA graph, so it is trained without. {reason}")
        return self.can


def aside(step, batch):
    """A step on a stream of its own, as CUDA graphs want it before they are recorded."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        sums = step(*batch)
    torch.cuda.current_stream().wait_stream(stream)
    return sums


def recorded(step, held):
    """Records a step over tensors that stay where they are: what replays it, and what it tells."""
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        sums = step(*held)
    return graph.replay, sums


def copied(value):
    return value.clone() if isinstance(value, torch.Tensor) else value


def settle(training):
    """Brings to the device what optimizers count with: a graph takes it from there at each replay."""
    for optimizer in ({optimizers}):
        for group in optimizer.param_groups:
            group["lr"] = torch.as_tensor(group["lr"], dtype=torch.float32, device=DEVICE)
            if "capturable" in group:
                group["capturable"] = True
'''

WHOLE = '''
def is_whole(batch, part):
    """Whether a batch has as many rows as most have, so that what was made for those serves it."""
{body}
'''

ONE = "    return len(batch[0]) == min(BATCH, len(part[0]))"

SEVERAL = """    firsts = [(first, size) for first, _, size, *_ in SOURCES]
    return all(len(batch[first]) == min(size, len(part[first])) for first, size in firsts)"""


def is_hastened(program: Program) -> bool:
    """Whether train.py makes its steps faster."""
    return program.run.compile == "compile" or (program.run.compile == "graphs" and not why_no_graph(program))


def why_no_graph(program: Program) -> str:
    """Why no step of a drawing can be recorded as a CUDA graph; empty if it may be tried."""
    end = "so no CUDA graph can replay a step: trained without."
    if program.run.precision == "fp16":
        return f"In fp16 each step is looked at before the weights move, {end} bf16 needs no such look."
    if program.run.ema:
        return f"The means of weights count their steps on the processor, {end}"
    if program.keeping:
        unit = program.keeping.keeping.units[0]
        return f"{unit.id} keeps its state, for which each step begins with other tensors, {end}"
    if is_shared(program):
        return f"Several processes wait for each other within a step, {end}"
    for phase in program.phases:
        if phase.every > 1:
            return f"{phase.id} takes no turn in some steps, {end}"
        if phase.kind.closure or is_rule(phase):
            return f"{phase.id} looks at its errors within a step, {end}"
        for schedule in phase.schedules:
            if schedule.unit == "step":
                return f"{schedule.node.id} moves the learning rate on the processor at each step, {end}"
    return ""


def write_hastening(program: Program, local: Locals, attribute: Attributes) -> list[str]:
    """The functions that train.py needs for it, as blocks of text."""
    if not is_hastened(program):
        return []
    whole = WHOLE.format(body=ONE if len(program.sources) == 1 else SEVERAL)
    if program.run.compile == "compile":
        made = COMPILED.replace("{lines}", "\n".join(_compiling(program, local)))
        return [made.strip("\n"), whole.strip("\n")]
    named = [f"training.{attribute[phase.born]}" for phase in program.phases]
    optimizers = ", ".join(named) + ("," if len(named) == 1 else "")
    return [GRAPHED.replace("{optimizers}", optimizers).strip("\n"), whole.strip("\n")]


def _compiling(program: Program, local: Locals) -> list[str]:
    """The lines that compile what a step calls; keys of weights stay what they are."""
    modules = list(dict.fromkeys(name for stage in local.stages if (name := _module(program, stage))))
    methods = [f"training.{stage.home}.{stage.method}" for stage in local.stages if not (stage.whole or stage.single)]
    lines = []
    if modules:
        lines.append(f"    for module in ({', '.join(modules)}{',' if len(modules) == 1 else ''}):")
        lines.append("        module.compile(backend=backend, dynamic=False)")
    return lines + [f"    {name} = torch.compile({name}, backend=backend, dynamic=False)" for name in methods]


def _module(program: Program, stage: Stage) -> str:
    """The module that a stage is, if it is one with weights."""
    if stage.whole:
        return "training.net"
    unit = stage.units[0]
    if not stage.single or not (unit.weights() or unit.holder != unit.born):
        return ""
    return f"training.{'net' if program.in_net(unit.holder) else 'extras'}.{unit.attribute}"
