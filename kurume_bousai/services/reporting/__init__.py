"""帳票: the one place where a named paper gets its number and its line in the ledger."""
