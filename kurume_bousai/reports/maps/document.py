"""地図のPDF: pages as they come, then the font, the pictures and the bookmarks."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO, Final

from kurume_bousai.domain.dates import in_japan
from kurume_bousai.reports.maps.canvas import Box, Canvas
from kurume_bousai.reports.maps.font import MapFont
from kurume_bousai.reports.maps.pdf_stream import POINTS_PER_MM, PdfStream, dictionary, moment, text_string

_PRODUCER: Final = "kurume_bousai"


class MapDocument:
    """地図の綴り. Give it pages one after another, then ``finish``; a page is forgotten when it is added."""

    def __init__(self, out: BinaryIO, title: str, made_at: datetime) -> None:
        self.font = MapFont()
        self._pdf = PdfStream(out)
        self._title = title
        self._made_at = made_at
        self._root, self._tree, self._resources, self._font = (self._pdf.reserve() for _ in range(4))
        self._pages: list[int] = []
        self._pictures: dict[str, int] = {}
        self._alphas: set[int] = set()
        self._bookmarks: list[tuple[str, int]] = []

    @property
    def pages(self) -> int:
        """How many pages there are so far."""
        return len(self._pages)

    def new_page(self, width: float, height: float) -> Canvas:
        """Return an empty page, in millimetres."""
        return Canvas(width, height, self.font)

    def add_picture(self, name: str, width_px: int, height_px: int, rgb: bytes) -> None:
        """Keep a picture (8 bits a colour, row by row from the top) for every page that draws it."""
        entries = (
            f"/Type /XObject /Subtype /Image /Width {width_px} /Height {height_px} "
            "/ColorSpace /DeviceRGB /BitsPerComponent 8"
        )
        self._pictures[name] = self._pdf.add_stream(rgb, entries.encode())

    def has_picture(self, name: str) -> bool:
        """Whether a picture of that name was added."""
        return name in self._pictures

    def add_page(self, canvas: Canvas, bookmark: str = "", measured: tuple[Box, int] | None = None) -> None:
        """Write a page. ``measured``: the box of the map and its scale, for the rulers of PDF viewers."""
        self._alphas |= canvas.alphas
        content = self._pdf.add_stream(canvas.content())
        entries = {
            "Type": "/Page",
            "Parent": f"{self._tree} 0 R",
            "MediaBox": f"[0 0 {canvas.width * POINTS_PER_MM:.4f} {canvas.height * POINTS_PER_MM:.4f}]",
            "Resources": f"{self._resources} 0 R",
            "Contents": f"{content} 0 R",
        }
        if measured is not None:
            entries["VP"] = _viewport(*measured)
        self._pages.append(self._pdf.add(dictionary(entries)))
        if bookmark:
            self._bookmarks.append((bookmark, self._pages[-1]))

    def finish(self) -> None:
        """Write everything that belongs to all pages."""
        pdf = self._pdf
        self.font.write(pdf, self._font)
        pictures = " ".join(f"/{name} {number} 0 R" for name, number in self._pictures.items())
        alphas = " ".join(f"/A{one} << /ca {one / 100} /CA {one / 100} >>" for one in sorted(self._alphas))
        pdf.write(
            self._resources,
            dictionary(
                {
                    "Font": f"<< /F1 {self._font} 0 R >>",
                    "XObject": f"<< {pictures} >>",
                    "ExtGState": f"<< {alphas} >>",
                }
            ),
        )
        kids = " ".join(f"{number} 0 R" for number in self._pages)
        pdf.write(
            self._tree,
            dictionary({"Type": "/Pages", "Count": f"{len(self._pages)}", "Kids": f"[{kids}]"}),
        )
        root = {
            "Type": "/Catalog",
            "Pages": f"{self._tree} 0 R",
            "Lang": "(ja-JP)",
            # A printing program must not fit the page: the scale would be gone.
            "ViewerPreferences": "<< /PrintScaling /None /DisplayDocTitle true >>",
        }
        if self._bookmarks:
            root["Outlines"] = f"{self._write_bookmarks()} 0 R"
        pdf.write(self._root, dictionary(root))
        made = moment(in_japan(self._made_at))
        about = pdf.add(
            dictionary(
                {"Title": text_string(self._title), "Producer": f"({_PRODUCER})", "CreationDate": made}
            )
        )
        pdf.finish(self._root, about)

    def _write_bookmarks(self) -> int:
        top = self._pdf.reserve()
        numbers = [self._pdf.reserve() for _ in self._bookmarks]
        for index, (words, page) in enumerate(self._bookmarks):
            entries: dict[str, bytes | str] = {
                "Title": text_string(words),
                "Parent": f"{top} 0 R",
                "Dest": f"[{page} 0 R /Fit]",
            }
            if index:
                entries["Prev"] = f"{numbers[index - 1]} 0 R"
            if index + 1 < len(numbers):
                entries["Next"] = f"{numbers[index + 1]} 0 R"
            self._pdf.write(numbers[index], dictionary(entries))
        self._pdf.write(
            top,
            dictionary(
                {
                    "Type": "/Outlines",
                    "First": f"{numbers[0]} 0 R",
                    "Last": f"{numbers[-1]} 0 R",
                    "Count": f"{len(numbers)}",
                }
            ),
        )
        return top


def _viewport(box: Box, scale: int) -> str:
    """The measure of the map: a viewer's ruler then reads metres on the ground."""
    corners = " ".join(f"{value * POINTS_PER_MM:.4f}" for value in (box.x, box.y, box.right, box.top))
    metres = scale / 1000 / POINTS_PER_MM
    number = f"<< /Type /NumberFormat /U (m) /C {metres:.9f} /D 10 >>"
    plain = "<< /Type /NumberFormat /U (m) /C 1 /D 10 >>"
    square = "<< /Type /NumberFormat /U (sq m) /C 1 /D 10 >>"
    return (
        f"[<< /Type /Viewport /BBox [{corners}] /Measure << /Type /Measure /Subtype /RL "
        f"/R (1:{scale}) /X [{number}] /D [{plain}] /A [{square}] >> >>]"
    )
