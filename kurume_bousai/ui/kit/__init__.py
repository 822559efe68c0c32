"""The look of the program: tokens, one stylesheet, painters and small widgets (UI.md)."""
