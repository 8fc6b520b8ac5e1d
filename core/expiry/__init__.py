"""Lots that expire before anybody uses them: how long before it is said, what it is worth, and who else could."""
