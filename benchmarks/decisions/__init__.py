"""What rules for many people choose, what they cost, and who loses."""
