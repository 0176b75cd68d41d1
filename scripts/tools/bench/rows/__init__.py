"""The rows of the table. Each module has a `Size`, how much is `FULL` and how much `QUICK`, and `measure`."""
