"""Measurements of adaptation on simulated people with known weights."""
