"""Settings of a page of one's own: Sphinx with MyST-NB, which runs the cells and sets what they show."""

project = "A page of one's own"
extensions = ["myst_nb"]
myst_enable_extensions = ["dollarmath"]

nb_render_markdown_format = "myst"  # a derivation shows itself as Markdown with formulas
nb_execution_show_tb = True  # a line that is false, or not proved, is told of; with -W it fails the build
suppress_warnings = ["mystnb.unknown_mime_type"]  # beside what is shown lies a record of it, for programs
