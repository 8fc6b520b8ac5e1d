"""Readers and advisers: documents become claims, exceptions are ranked, proposals are drafted. They change nothing."""
