"""Preferences that go in circles: games, starts, features that carry a circle, and circles that are not there."""
