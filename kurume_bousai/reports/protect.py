"""Encryption of named files, in memory: AES-256 for PDF, Office encryption for xlsx (RULEBOOK §6)."""

from __future__ import annotations

import io
import secrets

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.services.papers.ports import ReportFormat
from kurume_bousai.services.papers.rules import check_password


def encrypt(content: bytes, report_format: ReportFormat, password: str) -> bytes:
    """Return the encrypted file.

    Raises
    ------
    KnownProblem
        ``password_short``, ``password_long``, or ``named_format`` for a form that cannot be encrypted.
    """
    check_password(password)
    if report_format is ReportFormat.PDF:
        return _encrypt_pdf(content, password)
    if report_format is ReportFormat.XLSX:
        return _encrypt_workbook(content, password)
    raise KnownProblem(
        "named_format",
        "名前の入った書類は、この形式では書き出せません。",
        where=report_format.value,
        advice="PDF か xlsx にしてください。",
    )


def _encrypt_pdf(content: bytes, password: str) -> bytes:
    import pypdf

    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(content)))
    # The owner's password is thrown away: nobody gets more rights than the recipient.
    writer.encrypt(user_password=password, owner_password=secrets.token_urlsafe(32), algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _encrypt_workbook(content: bytes, password: str) -> bytes:
    from msoffcrypto.format.ooxml import OOXMLFile

    out = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt(password, out)
    return out.getvalue()
