"""容量確認: can they fit? The conditions as a sentence, the answer with its sum."""
