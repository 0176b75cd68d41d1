"""What a ticket is and how it changes: pure values and functions, no I/O and no clock."""
