"""What stands where in a tab, and whose: pure, and knows nothing of HTTP."""
