"""Entries that happened and could not be booked: kept as they were told until somebody books or rejects them."""
