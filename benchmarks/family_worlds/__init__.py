"""Every member of the family in its own world and in those of the others. See ``__main__``."""
