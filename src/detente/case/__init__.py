"""The case file: reading it, checking it, and the resolved case the rest of the program uses."""
