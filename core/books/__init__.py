"""The double-entry journal. One writer, no update, no delete."""
