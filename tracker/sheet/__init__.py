"""The sheet: its columns, the repository that writes rows by thread id, and the loop that keeps it up to date."""
