"""はじめに: what to do today, four numbers, what needs attention, the 46 校区."""
