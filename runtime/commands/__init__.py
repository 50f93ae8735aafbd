"""The verbs of the command line, one file each: `add(verbs)` declares one."""
