"""Reading the formats that are not Open XML, in a process of its own (see `confined`).

Each workbook is read twice: by the readers here, which see what python-calamine gives as blank
(failed formulas) or not at all (hidden rows, merged ranges of ods), and by python-calamine, as a
witness that no cell went missing. Where the two disagree, the file is refused.

These modules run in the child, where only they, the standard library and python-calamine are
loaded; they import nothing of this package but `ole`, `serials`, `runs`, `shown` and `comments`.
"""
