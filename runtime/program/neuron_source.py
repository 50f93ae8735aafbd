"""The text of class Neurons, which computes freely wired neurons level by level."""

SOURCE = '''
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
        self.levels, level = [], {}
        columns, starts, given, free = [], [0], [], []
        for name, (bend, weights, _) in table.items():
            for source, weight in weights.items():
                columns += place[source]
                given += weight if isinstance(weight, tuple) else [weight] * len(place[source])
                free += [(name, source) not in fixed] * len(place[source])
            starts.append(len(columns))
            level[name] = 1 + max((level.get(source, 0) for source in weights), default=0)
            if len(self.levels) < level[name]:
                self.levels.append([])
            bends = self.levels[-1]
            if bends and bends[-1][0] is bend:
                bends[-1][1] += 1
            else:
                bends.append([bend, 1])
        self.starts = starts
        fan_in = torch.tensor(starts).diff()
        self.register_buffer("columns", torch.tensor(columns), persistent=False)
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
        h = torch.cat([x.unsqueeze(1) if x.dim() == 1 else x for x in inputs], 1).t()
        weight, bias = self.merged("weight"), self.merged("bias")
        first, entered = 0, h.shape[0]
        for bends in self.levels:
            last = first + sum(count for _, count in bends)
            sums = self.sums(h, weight, first, last) + bias[first:last, None]
            parts = sums.split([count for _, count in bends])
            done = [part if bend is None else bend(part) for (bend, _), part in zip(bends, parts)]
            h, first = torch.cat([h, *done]), last
        return h[entered:].t()

    def sums(self, h, weight, first, last):
        """The weighted sums of the neurons from `first` to `last`: (neurons, N)."""
        begin, end = self.starts[first], self.starts[last]
        columns, weight = self.columns[begin:end], weight[begin:end]
        starts = torch.tensor(self.starts[first : last + 1], device=h.device) - begin
        if end - begin > (last - first) * h.shape[0] / 16:
            rows = torch.arange(last - first, device=h.device).repeat_interleave(starts.diff())
            matrix = weight.new_zeros((last - first) * h.shape[0])
            return matrix.index_add(0, rows * h.shape[0] + columns, weight).view(last - first, -1) @ h
        return F.embedding_bag(columns, h, starts[:-1], mode="sum", per_sample_weights=weight)
'''
