"""Does a million judgements fit into memory, and where does the time go? See ``__main__``."""
