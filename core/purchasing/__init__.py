"""Purchase orders: placed, approved, confirmed, amended, cancelled."""
