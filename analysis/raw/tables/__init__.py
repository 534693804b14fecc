"""From sheets to tables: headings, the kind of every row, and what a person should look at."""
