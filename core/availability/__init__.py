"""What may be promised: dated supply and demand, which piece is claimed by whom, and when the next ones come."""
