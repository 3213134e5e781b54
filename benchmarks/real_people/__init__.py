"""Does it help, on real people, to know who answers? See ``__main__``."""
