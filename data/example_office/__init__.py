"""The synthetic office "Hương Trà": its plan, and the programs that turn it into workbooks."""
