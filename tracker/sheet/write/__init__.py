"""What is about to be written, and what a write turned out to have done."""
