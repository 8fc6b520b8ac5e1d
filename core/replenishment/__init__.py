"""When to buy and what to move: order points, the netting behind each suggestion, and what becomes of it."""
