"""公式の地理データのファイル: packages, formats, encodings and recognisers."""
