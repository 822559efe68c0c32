"""要件の判定: criteria as dated values, run over extracts."""
