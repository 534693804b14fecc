"""How the package behaves inside a notebook: what may be chosen, and how things look.

Beside the flow, like the notebook runner; nothing here changes a number.
"""
