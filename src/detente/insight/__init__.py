"""Insight: why a plan fares as it does, and what would change that."""
