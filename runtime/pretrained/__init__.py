"""Published networks of torchvision: what they give, where their weights are, and torchvision itself."""
