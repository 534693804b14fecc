"""A file by what it holds, not by what it is called; what cannot be trusted is refused here."""
