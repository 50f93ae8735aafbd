"""Where rows come from: one file per source, each with `read(kind, base) -> Table`."""
