"""What the product is measured beside: the bots one would write instead, and its own parts alone. Each is a process."""
