"""What all commands share: how a person calls them, what they print, and what is printed of an unforeseen error."""
