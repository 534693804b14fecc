"""Tables in text files (CSV): encodings, separators, and rows that do not match their heading."""
