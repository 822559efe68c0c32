"""What ``bousai.py`` does before the program can start; the standard library alone."""
