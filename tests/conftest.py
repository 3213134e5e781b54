"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# A claim about results does not become false on a busy machine.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

# Looking for doctests, pytest would take this module for that of another folder.
collect_ignore = ["conftest.py"]
