"""How near does a fit come to the truth of a large synthetic world, and what keeps it from it? See ``__main__``."""
