"""Sales: what customers ordered, what was sent, billed, sent back and credited, and what they owe."""
