"""The stock ledger: append-only moves, running balances, valuation layers."""
