"""The jobs of the command: each ties the rooms together and says on the screen what came of it."""
