"""PDF を流しながら書く: every object goes to the file at once, so 500 pages need no more memory than one.

Why not a library: those kept well enough hold all pages until the end (reportlab, pypdf), need a system
library on Linux (pycairo), or lay the whole paper out at once (typst).  What a map needs of PDF 1.7 is
small: paths, text, pictures, a tree of pages and a table of places.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Final

_HEAD: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
#: The page's own unit is a point; everything we draw is in millimetres.
POINTS_PER_MM: Final = 72 / 25.4
_COMPRESSION: Final = 6


@dataclass(slots=True)
class PdfStream:
    """流れるPDF: numbered objects in any order, then the table of their places.

    ``out`` needs ``write`` only.
    """

    out: BinaryIO = field(repr=False)
    _places: list[int] = field(default_factory=list)
    _position: int = 0

    def __post_init__(self) -> None:
        self._put(_HEAD)

    def _put(self, content: bytes) -> None:
        self.out.write(content)
        self._position += len(content)

    def reserve(self) -> int:
        """Return the number of an object that is written later."""
        self._places.append(0)
        return len(self._places)

    def write(self, number: int, body: bytes) -> None:
        """Write a reserved object."""
        self._places[number - 1] = self._position
        self._put(b"%d 0 obj\n%b\nendobj\n" % (number, body))

    def add(self, body: bytes) -> int:
        """Write a new object and return its number."""
        number = self.reserve()
        self.write(number, body)
        return number

    def add_stream(self, content: bytes, entries: bytes = b"") -> int:
        """Write a compressed stream with further dictionary entries; return its number."""
        packed = zlib.compress(content, _COMPRESSION)
        head = b"<< /Length %d /Filter /FlateDecode %b >>" % (len(packed), entries)
        return self.add(b"%b\nstream\n%b\nendstream" % (head, packed))

    def finish(self, root: int, about: int) -> None:
        """Write the table of places and the trailer; ValueError where a reserved object is missing."""
        if missing := [number for number, place in enumerate(self._places, 1) if not place]:
            raise ValueError(f"objects never written: {missing}")
        start = self._position
        self._put(b"xref\n0 %d\n0000000000 65535 f \n" % (len(self._places) + 1))
        self._put(b"".join(b"%010d 00000 n \n" % place for place in self._places))
        mark = hashlib.sha256(b"%d %d" % (start, len(self._places))).hexdigest()[:32].encode()
        trailer = b"<< /Size %d /Root %d 0 R /Info %d 0 R /ID [<%b> <%b>] >>" % (
            len(self._places) + 1, root, about, mark, mark,
        )  # fmt: skip
        self._put(b"trailer\n%b\nstartxref\n%d\n%%%%EOF\n" % (trailer, start))


def text_string(text: str) -> bytes:
    """Return a text string of the document (title, bookmark): UTF-16 with its mark, as hexadecimal."""
    return b"<" + (b"\xfe\xff" + text.encode("utf-16-be")).hex().upper().encode() + b">"


def moment(at: datetime) -> bytes:
    """Return a date as PDF writes it, with its distance from UTC; ``at`` is aware."""
    zone = at.strftime("%z")
    return f"(D:{at:%Y%m%d%H%M%S}{zone[:3]}'{zone[3:5]}')".encode()


def dictionary(entries: Mapping[str, bytes | str]) -> bytes:
    """Return a dictionary object."""
    parts = (
        f"/{name} ".encode() + (value if isinstance(value, bytes) else value.encode())
        for name, value in entries.items()
    )
    return b"<< " + b" ".join(parts) + b" >>"
