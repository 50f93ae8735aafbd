"""Windows that ask for something and go away: export, recovery, shortcuts, preferences."""
