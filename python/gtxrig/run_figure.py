"""The figure of a run. Apart from plots.py, because only who plots has matplotlib."""

from __future__ import annotations

import io

from matplotlib.figure import Figure


class RunFigure(Figure):
    """A figure that pyplot does not know: it goes when its last user does, and a notebook shows it all the same."""

    def _repr_png_(self) -> bytes:
        picture = io.BytesIO()
        self.savefig(picture, format="png")
        return picture.getvalue()
