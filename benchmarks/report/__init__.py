"""From results to the tables of ``README.md`` and ``docs/results/``, and to the figure. See ``__main__``."""
