"""The book's figures: one style, light and dark pages, colours that the colour-blind can tell apart."""

from .figures import Figure, show
from .live import Moving
from .moving import movie, slider
from .pictures import digit_grid, latent_grid, latent_scatter, plot_history
from .race import Race
from .styles import COLOURS, style

__all__ = [
    "COLOURS", "Figure", "Moving", "Race", "digit_grid", "latent_grid", "latent_scatter", "movie", "plot_history", "show",
    "slider", "style",
]
