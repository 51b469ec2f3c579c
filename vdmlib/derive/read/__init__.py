"""The reader of LaTeX: a line of a paper becomes the engine's objects, with what was understood and what is asked."""
