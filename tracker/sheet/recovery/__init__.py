"""What becomes of rows that a write reached by mistake, as people moved them at that moment."""
