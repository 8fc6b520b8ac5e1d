"""Goods in: receipts with short, over and damaged quantities, inspection, returns to the supplier."""
