"""図上訓練: sessions, their log and their report."""
