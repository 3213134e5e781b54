"""Do predicted probabilities match the share of people, as they come out of a fit and after calibration?"""
