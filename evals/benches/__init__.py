"""What the stock engine costs: `make bench-stock` measures it beside the floor that the database itself sets."""
