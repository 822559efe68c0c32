"""受入の計算: who fits where, why not, and what would help."""
