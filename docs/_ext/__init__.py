"""What the documentation takes from the program while it is built."""
