"""The program: thin shells over the functions of the Python API, and nothing else prints."""
