"""Verdicts: what judging plans in many draws amounts to."""
