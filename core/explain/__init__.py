"""Explanations: where each number comes from, in formulas and sentences."""
