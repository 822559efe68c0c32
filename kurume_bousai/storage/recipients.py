"""渡す先の台帳 in the database. Implements ``PartnerRepository``."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from sqlalchemy import Table, func, insert, select

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.recipients import PartnerId, SupportPartner
from kurume_bousai.services.ports.hand_outs import PartnerVersion
from kurume_bousai.storage import codec
from kurume_bousai.storage.repository import Repository
from kurume_bousai.storage.rows.hand_outs import SupportPartnerRecord

_PARTNERS = cast("Table", SupportPartnerRecord.__table__)


class Partners(Repository):
    """渡す先の台帳."""

    def all(self, access: Access) -> list[SupportPartner]:
        """In order of 校区, kind and name; the whole city first, ended ones too."""
        access.require(Right.PRINT_NAMED)
        newest = (
            select(SupportPartnerRecord.partner_id, func.max(SupportPartnerRecord.version).label("version"))
            .group_by(SupportPartnerRecord.partner_id)
            .subquery()
        )
        statement = select(SupportPartnerRecord.content).join(
            newest,
            (SupportPartnerRecord.partner_id == newest.c.partner_id)
            & (SupportPartnerRecord.version == newest.c.version),
        )
        found = [codec.loads(SupportPartner, content) for content in self.connection.scalars(statement)]
        return sorted(
            found, key=lambda one: (one.district_id or "", one.body.value, one.name, one.partner_id)
        )

    def get(self, access: Access, partner_id: PartnerId) -> SupportPartner | None:
        """One as it is now."""
        versions = self.versions(access, partner_id)
        return versions[-1].partner if versions else None

    def versions(self, access: Access, partner_id: PartnerId) -> list[PartnerVersion]:
        """Every saved state, oldest first."""
        access.require(Right.PRINT_NAMED)
        statement = (
            select(_PARTNERS)
            .where(SupportPartnerRecord.partner_id == partner_id)
            .order_by(SupportPartnerRecord.version)
        )
        return [
            PartnerVersion(codec.loads(SupportPartner, row.content), row.saved_at, row.operator)
            for row in self.connection.execute(statement)
        ]

    def save(self, access: Access, partner: SupportPartner) -> SupportPartner:
        """Store the next version of a recipient (``partner.version`` is the one that was read, 0 = new).

        Raises
        ------
        KnownProblem
            ``no_right``, ``changed_meanwhile``.
        """
        self.require_writing()
        access.require(Right.PRINT_NAMED)
        kept = self.connection.scalar(
            select(func.max(SupportPartnerRecord.version)).where(
                SupportPartnerRecord.partner_id == partner.partner_id
            )
        )
        if (kept or 0) != partner.version:
            raise KnownProblem(
                "changed_meanwhile",
                "開いている間に、ほかの人がこの渡す先を変えました。",
                advice="画面を開き直して、いまの内容を確かめてから、もう一度入れてください。",
            )
        saved = replace(partner, version=partner.version + 1)
        self.connection.execute(
            insert(_PARTNERS).values(
                partner_id=saved.partner_id,
                version=saved.version,
                saved_at=self.session.database.now(),
                operator=access.name,
                content=codec.dumps(saved),
            )
        )
        self.session.audit.record(
            access, "partner_saved", [saved.partner_id], {"version": saved.version, "body": saved.body.value}
        )
        return saved
