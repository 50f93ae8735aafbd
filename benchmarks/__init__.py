"""How fast Neuroloom is, always as a ratio to something one knows, measured side by side in one run."""
