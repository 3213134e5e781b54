"""Which use of the same votes predicts how people vote? See ``__main__``."""
