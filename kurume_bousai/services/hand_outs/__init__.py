"""名簿の提供: orders, copies, receipts, returns and losses."""
