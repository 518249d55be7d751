"""Text on paper: in letters that the font has, in lines that fit."""

from functools import cache
from pathlib import Path
from unicodedata import category

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FONT, BOLD = "DejaVuSansCondensed", "DejaVuSansCondensed-Bold"
_MISSING = "□"  # shown for a letter that the font does not have
_MORE = "…"
_TAIL = 6  # letters


@cache
def load_fonts() -> None:
    """Latin, Greek, Cyrillic and more; embedded, so that every printer has them."""
    for name in (FONT, BOLD):
        pdfmetrics.registerFont(TTFont(name, Path(__file__).parent / "fonts" / f"{name}.ttf"))


def printable(text: object, font: str = FONT) -> str:
    """The text in one line, with a box for each letter that can't be printed."""
    load_fonts()
    known = pdfmetrics.getFont(font).face.charToGlyph  # type: ignore[attr-defined]
    return "".join(
        one if ord(one) in known else _MISSING
        for one in " ".join(str(text).split())
        if category(one) not in ("Cc", "Cf", "Cs", "Mn")
    )


def width_of(text: str, font: str, size: float) -> float:
    return pdfmetrics.stringWidth(text, font, size)


def fit(text: object, font: str, *, width: float, lines: int, sizes: tuple[float, ...]) -> tuple[float, list[str]]:
    """The largest of the sizes in which the text fits, and its lines; in the smallest it is cut, and says so."""
    said = printable(text, font)
    for size in sizes:
        broken = _break(said, font, size, width)
        if len(broken) <= lines:
            return size, broken
    # What tells batches of a work order apart is the number at the end, so that stays.
    shorter = len(said) - _TAIL
    while shorter and len(broken) > lines:
        shorter -= 1
        broken = _break(f"{said[:shorter]}{_MORE}{said[-_TAIL:]}", font, size, width)
    return size, broken[:lines]


def _break(text: str, font: str, size: float, width: float) -> list[str]:
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width_of(longer, font, size) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while width_of(word, font, size) > width and len(word) > 1:
            end = next(n for n in range(len(word) - 1, 0, -1) if n == 1 or width_of(word[:n], font, size) <= width)
            lines.append(word[:end])
            word = word[end:]
        line = word
    return [*lines, line] if line or not lines else lines
