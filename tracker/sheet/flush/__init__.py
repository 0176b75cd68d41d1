"""The loop that brings the sheet to the state the store describes, and what people are told of it."""
