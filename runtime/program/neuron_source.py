"""The text of the classes that compute freely wired neurons level by level."""

SOURCE = '''
class NeuronSums(torch.autograd.Function):
    """Weighted sums along wires; slopes go back along the same wires, gathered by where they begin."""

    @staticmethod
    def forward(ctx, h, weight, columns, starts, rows, back, back_starts):
        ctx.save_for_backward(h, weight, columns, rows, back, back_starts)
        return F.embedding_bag(columns, h, starts, mode="sum", per_sample_weights=weight)

    @staticmethod
    def backward(ctx, slope):
        h, weight, columns, rows, back, back_starts = ctx.saved_tensors
        slope = slope.contiguous()
        of_weight = (h.index_select(0, columns) * slope.index_select(0, rows)).sum(1)
        rows, weight = rows.index_select(0, back), weight.index_select(0, back)
        of_h = F.embedding_bag(rows, slope, back_starts, mode="sum", per_sample_weights=weight)
        return of_h, of_weight, None, None, None, None, None


class NeuronLevel(nn.Module):
    """Neurons that can be computed at once: from `h` (units, N), what each wire takes, and to whom."""

    def __init__(self, units, columns, fan_in, bends):
        super().__init__()
        self.bends, self.size = bends, len(fan_in)
        columns, fan_in = torch.tensor(columns), torch.tensor(fan_in)
        rows = torch.arange(self.size).repeat_interleave(fan_in)
        self.dense = len(columns) > self.size * units / 16
        if self.dense:
            self.buffer("places", rows * units + columns)
        else:
            begins = columns.bincount(minlength=units)
            self.buffer("columns", columns)
            self.buffer("starts", fan_in.cumsum(0) - fan_in)
            self.buffer("rows", rows)
            self.buffer("back", columns.argsort(stable=True))
            self.buffer("back_starts", begins.cumsum(0) - begins)

    def buffer(self, name, tensor):
        self.register_buffer(name, tensor, persistent=False)

    def forward(self, h, weight, bias):
        if self.dense:
            matrix = weight.new_zeros(self.size * h.shape[0]).index_add(0, self.places, weight)
            sums = matrix.view(self.size, -1) @ h
        elif h.requires_grad or weight.requires_grad:
            wires = self.columns, self.starts, self.rows, self.back, self.back_starts
            sums = NeuronSums.apply(h, weight, *wires)
        else:
            wires = self.columns, h, self.starts
            sums = F.embedding_bag(*wires, mode="sum", per_sample_weights=weight)
        parts = (sums + bias[:, None]).split([count for _, count in self.bends])
        return [part if bend is None else bend(part) for (bend, _), part in zip(self.bends, parts)]


class Neurons(nn.Module):
    """Single neurons, each a weighted sum, a bias and an activation; computed level by level.

    `inputs` are the names of what comes in, with their widths; `x[2]` is one number of `x`. `table`
    tells for each neuron its activation, the weight of each source (of a row: of each number; None:
    drawn by chance) and its bias. All weights are one vector, in the table's order; what `fixed`
    names, by neuron and source (None: the bias), stays as it is.
    """

    def __init__(self, inputs, table, fixed=()):
        super().__init__()
        place, units = {}, 0
        for name, width in [*inputs.items(), *((name, 1) for name in table)]:
            place[name] = range(units, units + width)
            place |= {f"{name}[{at}]": [units + at] for at in range(width)}
            units += width
        levels, level = [], {}
        fan_in, given, free = [], [], []
        for name, (bend, weights, _) in table.items():
            columns = []
            for source, weight in weights.items():
                columns += place[source]
                given += weight if isinstance(weight, tuple) else [weight] * len(place[source])
                free += [(name, source) not in fixed] * len(place[source])
            fan_in.append(len(columns))
            level[name] = 1 + max((level.get(source, 0) for source in weights), default=0)
            if len(levels) < level[name]:
                levels.append(([], [], []))
            wires, sizes, bends = levels[-1]
            wires += columns
            sizes.append(len(columns))
            if bends and bends[-1][0] is bend:
                bends[-1][1] += 1
            else:
                bends.append([bend, 1])
        self.levels, before = nn.ModuleList(), units - len(table)
        for wires, sizes, bends in levels:
            self.levels.append(NeuronLevel(before, wires, sizes, bends))
            before += len(sizes)
        self.wires = [len(wires) for wires, _, _ in levels]
        fan_in = torch.tensor(fan_in)
        self.weight = self.part("weight", given, free, fan_in.repeat_interleave(fan_in))
        free = [(name, None) not in fixed for name in table]
        self.bias = self.part("bias", [bias for _, _, bias in table.values()], free, fan_in)

    def part(self, name, given, free, fan_in):
        """The trained part of some numbers; the fixed part stays in buffers."""
        chance = fan_in.double().pow(-0.5)
        values = torch.empty(len(given)).uniform_(-1, 1) * chance.float()
        typed = [at for at, value in enumerate(given) if value is not None]
        values[typed] = torch.tensor([float(given[at]) for at in typed])
        self.register_buffer(f"{name}_fixed", None if all(free) else values)
        self.register_buffer(f"{name}_free", torch.tensor(free).nonzero().squeeze(1), persistent=False)
        return nn.Parameter(values[torch.tensor(free)])

    def merged(self, name):
        """Trained and fixed numbers together."""
        trained, fixed = getattr(self, name), getattr(self, f"{name}_fixed")
        return trained if fixed is None else fixed.index_copy(0, getattr(self, f"{name}_free"), trained)

    def forward(self, *inputs):
        h = torch.cat([x.unsqueeze(1) if x.dim() == 1 else x for x in inputs], 1).t().contiguous()
        entered = h.shape[0]
        weights = self.merged("weight").split(self.wires)
        biases = self.merged("bias").split([level.size for level in self.levels])
        for level, weight, bias in zip(self.levels, weights, biases):
            h = torch.cat([h, *level(h, weight, bias)])
        return h[entered:].t()
'''
