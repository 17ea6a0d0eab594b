"""Insight: why plans fare as they do, what differs between two, what in a case to look at."""
