"""福祉避難所 and other sites: read, edited, asked about needs, and their reception."""
