"""Counting what is here, and putting the books right."""
