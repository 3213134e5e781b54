"""Every member of the family, and the one that ``model="auto"`` takes, on real people."""
