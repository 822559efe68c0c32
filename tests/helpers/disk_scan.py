"""Names in clear on a disk: in files as they are, inside zip members, inside the streams of a PDF."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

ENCODINGS = ("utf-8", "cp932", "utf-16-le", "utf-16-be")


def needles(texts: Iterable[str]) -> list[bytes]:
    """Every spelling in bytes of each text, hexadecimal included (as a PDF or a log may write it)."""
    found: list[bytes] = []
    for text in texts:
        for encoding in ENCODINGS:
            raw = text.encode(encoding)
            found += [raw, raw.hex().encode(), raw.hex().upper().encode()]
        found.append(text.encode("unicode_escape"))  # as JSON and repr may write it
    return found


def files_with(folder: Path, texts: Iterable[str]) -> list[str]:
    """Files below ``folder`` in which one of the texts can be read, also packed; sorted, relative."""
    wanted = needles(texts)
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and (_named(path, texts) or _holds(path.read_bytes(), wanted))
    )


def _named(path: Path, texts: Iterable[str]) -> bool:
    return any(text in path.name for text in texts)


def _holds(content: bytes, wanted: Sequence[bytes]) -> bool:
    return any(needle in layer for layer in _layers(content) for needle in wanted)


def _layers(content: bytes, depth: int = 3) -> Iterator[bytes]:
    """The bytes as they are, and what they pack."""
    yield content
    if not depth:
        return
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for name in packed.namelist():
                yield name.encode()
                yield from _layers(packed.read(name), depth - 1)
    elif content.startswith(b"%PDF"):
        yield from _pdf_layers(content)
    elif content.startswith(b"\x1f\x8b"):
        yield zlib.decompress(content, wbits=31)


def _pdf_layers(content: bytes) -> Iterator[bytes]:
    """Streams inflated, and the text as a reader shows it (glyphs are not letters in the streams)."""
    from pypdf import PdfReader
    from pypdf.errors import FileNotDecryptedError

    for part in content.split(b"stream")[1:]:
        try:
            yield zlib.decompressobj().decompress(part.lstrip(b"\r\n"))
        except zlib.error:
            continue
    reader = PdfReader(io.BytesIO(content))
    try:
        yield "".join(page.extract_text() for page in reader.pages).encode()
    except FileNotDecryptedError:
        return
