"""The parts of the inspector, one file each; every one shows a piece of the document and can be refreshed."""
