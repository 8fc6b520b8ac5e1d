"""What a warehouse's own system says moved, held against the ledger as it comes."""
