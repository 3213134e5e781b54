"""How a new person's error falls with their answers, the number of tastes and of known people. See ``__main__``."""
