"""What follows a training: one file each. A new one is a class with the methods it needs."""
