"""Vietnamese letters that came in another encoding, turned into Unicode where that is certain."""
