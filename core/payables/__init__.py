"""Supplier invoices as billed and as posted, the three-way match, claims and debit notes."""
