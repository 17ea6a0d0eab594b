"""Showing results: figures in words, the terminal, the JSON document, tables on disk."""
