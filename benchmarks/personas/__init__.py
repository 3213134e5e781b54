"""People who answer as one of several personas: which models find the types? See ``__main__``."""
