"""Messages as they arrived, what was read from them, and drafts that go out."""
