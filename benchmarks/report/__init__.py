"""From results to the tables of ``README.md`` and ``docs/results.md``, and to the figure. See ``__main__``."""
