"""Zips as Japanese offices publish them: names of the files inside, and what a broken one raises."""

from __future__ import annotations

import unicodedata
import zipfile
import zlib
from typing import Final

#: What ``zipfile`` raises for a damaged, cut-off, locked or strangely packed archive.
UNREADABLE_ZIP: Final = (
    zipfile.BadZipFile,
    zlib.error,
    RuntimeError,
    EOFError,
    NotImplementedError,  # a way of packing that nobody knows
    ValueError,  # a name that is not in the encoding it says, an offset before the beginning
)


def member_name(member: zipfile.ZipInfo) -> str:
    """Name of a member: UTF-8 where it says so, else CP932 that ``zipfile`` took for CP437."""
    if member.flag_bits & 0x800:
        return unicodedata.normalize("NFC", member.filename)
    for encoding in ("utf-8", "cp932"):  # macOS writes UTF-8 without saying so; CP932 rarely is valid UTF-8
        try:
            # zipfile turns the separator of the machine into "/", never the backslash of another one.
            return unicodedata.normalize("NFC", member.orig_filename.encode("cp437").decode(encoding))
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
    return member.filename
