"""タイルの背景: files of map pictures, read with suspicion and written as packs of our own."""
