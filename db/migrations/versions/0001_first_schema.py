"""The first schema: the list, places, operations, ledger, imports, audit, operators."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Children before parents.
TABLES = (
    "plan_supporters",
    "plans",
    "member_versions",
    "log_entries",
    "ledger_people",
    "frozen_sites",
    "frozen_people",
    "district_outlines",
    "audit_heads",
    "audit_entries",
    "welfare_shelters",
    "supporters",
    "operators",
    "operations",
    "members",
    "ledger",
    "imports",
    "facts",
    "emergency_sites",
    "districts",
    "devices",
    "designated_shelters",
    "backgrounds",
    "audit_payloads",
    "activity_figures",
)
# Written out, not imported: a migration must not change when the program does.
SEARCH_INDEX = (
    "CREATE VIRTUAL TABLE member_search USING fts5("
    "words, content='', contentless_delete=1, tokenize='ascii', prefix='4')"
)


def upgrade() -> None:
    """Create every table, and on SQLite the index of the search."""
    op.create_table(
        "activity_figures",
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("indicator", "fiscal_year", name="pk_activity_figures"),
    )
    op.create_table(
        "audit_payloads",
        sa.Column("device", sa.String(3), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("salt", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("device", "sequence", name="pk_audit_payloads"),
    )
    op.create_table(
        "backgrounds",
        sa.Column("background_id", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.Column("west", sa.Double(), nullable=False),
        sa.Column("south", sa.Double(), nullable=False),
        sa.Column("east", sa.Double(), nullable=False),
        sa.Column("north", sa.Double(), nullable=False),
        sa.Column("residual_m", sa.Double(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("added_at", sa.String(32), nullable=True),
        sa.PrimaryKeyConstraint("background_id", name="pk_backgrounds"),
    )
    op.create_table(
        "designated_shelters",
        sa.Column("site_id", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("district_id", sa.Text(), nullable=True),
        sa.Column("district_method", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("verification", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", name="pk_designated_shelters"),
    )
    op.create_table(
        "devices",
        sa.Column("device", sa.String(3), nullable=False),
        sa.Column("machine_id", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("device", name="pk_devices"),
    )
    op.create_table(
        "districts",
        sa.Column("district_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kana", sa.Text(), nullable=False),
        sa.Column("part_of_city", sa.Text(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("has_landslide_warning", sa.Boolean(), nullable=False),
        sa.Column("eligible_count", sa.Integer(), nullable=True),
        sa.Column("eligible_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("verification", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("district_id", name="pk_districts"),
    )
    op.create_table(
        "emergency_sites",
        sa.Column("site_id", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("hazards", sa.Text(), nullable=False),
        sa.Column("district_id", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", name="pk_emergency_sites"),
    )
    op.create_table(
        "facts",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_facts"),
    )
    op.create_table(
        "imports",
        sa.Column("import_id", sa.String(64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("file_hash", sa.Text(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("committed_at", sa.String(32), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("added", sa.Text(), nullable=False),
        sa.Column("changed", sa.Text(), nullable=False),
        sa.Column("removed", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.String(32), nullable=True),
        sa.Column("mismatch_reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("import_id", name="pk_imports"),
    )
    op.create_table(
        "ledger",
        sa.Column("position", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("copy_number", sa.String(32), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.String(32), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("position", name="pk_ledger"),
        sa.UniqueConstraint("copy_number", name="uq_ledger_copy_number"),
    )
    op.create_table(
        "members",
        sa.Column("row_id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("member_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kana", sa.Text(), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("postal_code", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("building", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("phone_second", sa.Text(), nullable=False),
        sa.Column("mail_or_fax", sa.Text(), nullable=False),
        sa.Column("district_id", sa.Text(), nullable=True),
        sa.Column("district_method", sa.Text(), nullable=False),
        sa.Column("neighborhood", sa.Text(), nullable=False),
        sa.Column("commissioner", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("care_level", sa.Text(), nullable=False),
        sa.Column("physical_grade", sa.Text(), nullable=False),
        sa.Column("intellectual_grade", sa.Text(), nullable=False),
        sa.Column("mental_grade", sa.Text(), nullable=False),
        sa.Column("disease", sa.Text(), nullable=False),
        sa.Column("needs", sa.Text(), nullable=False),
        sa.Column("power_hours", sa.Double(), nullable=True),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.Column("household_id", sa.Text(), nullable=False),
        sa.Column("household_size", sa.Integer(), nullable=False),
        sa.Column("companion_count", sa.Integer(), nullable=False),
        sa.Column("information_means", sa.Text(), nullable=False),
        sa.Column("registration_state", sa.Text(), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("consents", sa.Text(), nullable=False),
        sa.Column("roster_consent", sa.Text(), nullable=False),
        sa.Column("has_protected_address", sa.Boolean(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("home_story", sa.Text(), nullable=False),
        sa.Column("flood_rank", sa.Integer(), nullable=True),
        sa.Column("screening_class", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.String(32), nullable=True),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.Column("removal_reason", sa.Text(), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.CheckConstraint("companion_count >= 0", name=op.f("ck_members_companions_not_negative")),
        sa.CheckConstraint("number > 0", name=op.f("ck_members_number_positive")),
        sa.PrimaryKeyConstraint("row_id", name="pk_members"),
        sa.UniqueConstraint("member_id", name="uq_members_member_id"),
        sa.UniqueConstraint("number", name="uq_members_number"),
    )
    op.create_index("ix_members_district_id", "members", ["district_id"])
    op.create_index("ix_members_has_protected_address", "members", ["has_protected_address"])
    op.create_index("ix_members_order", "members", ["kana", "number"])
    op.create_index("ix_members_source_key", "members", ["source", "source_key"])
    op.create_table(
        "operations",
        sa.Column("operation_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("started_at", sa.String(32), nullable=True),
        sa.Column("finished_at", sa.String(32), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("operation_id", name="pk_operations"),
    )
    op.create_table(
        "operators",
        sa.Column("operator_id", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("districts", sa.Text(), nullable=True),
        sa.Column("handles_protected", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("operator_id", name="pk_operators"),
        sa.UniqueConstraint("name", name="uq_operators_name"),
    )
    op.create_table(
        "supporters",
        sa.Column("supporter_id", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kana", sa.Text(), nullable=False),
        sa.Column("is_organisation", sa.Boolean(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("district_id", sa.Text(), nullable=True),
        sa.Column("neighborhood", sa.Text(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("can_help_by_day", sa.Boolean(), nullable=False),
        sa.Column("can_help_by_night", sa.Boolean(), nullable=False),
        sa.Column("has_vehicle", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("supporter_id", name="pk_supporters"),
    )
    op.create_index("ix_supporters_district_id", "supporters", ["district_id"])
    op.create_table(
        "welfare_shelters",
        sa.Column("site_id", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=False),
        sa.Column("ownership", sa.Text(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("district_id", sa.Text(), nullable=True),
        sa.Column("designation", sa.Text(), nullable=False),
        sa.Column("agreement", sa.Text(), nullable=False),
        sa.Column("rooms", sa.Text(), nullable=False),
        sa.Column("declared_capacity", sa.Integer(), nullable=True),
        sa.Column("blocked_places", sa.Integer(), nullable=False),
        sa.Column("accepts", sa.Text(), nullable=False),
        sa.Column("need_capacity", sa.Text(), nullable=False),
        sa.Column("power_kw", sa.Double(), nullable=True),
        sa.Column("power_hours", sa.Double(), nullable=True),
        sa.Column("staff_by_day", sa.Integer(), nullable=True),
        sa.Column("staff_by_night", sa.Integer(), nullable=True),
        sa.Column("fitness", sa.Text(), nullable=False),
        sa.Column("opens_at_level", sa.Integer(), nullable=False),
        sa.Column("opening_order", sa.Integer(), nullable=True),
        sa.Column("is_power_first", sa.Boolean(), nullable=False),
        sa.Column("is_fictional", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("verification", sa.Text(), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("blocked_places >= 0", name=op.f("ck_welfare_shelters_blocked_not_negative")),
        sa.PrimaryKeyConstraint("site_id", name="pk_welfare_shelters"),
    )
    op.create_table(
        "audit_entries",
        sa.Column("device", sa.String(3), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subjects", sa.Text(), nullable=False),
        sa.Column("payload_hash", sa.String(64), nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("entry_hash", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["device"], ["devices.device"], name="fk_audit_entries_device_devices"),
        sa.PrimaryKeyConstraint("device", "sequence", name="pk_audit_entries"),
    )
    op.create_table(
        "audit_heads",
        sa.Column("device", sa.String(3), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("entry_hash", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["device"], ["devices.device"], name="fk_audit_heads_device_devices"),
        sa.PrimaryKeyConstraint("device", name="pk_audit_heads"),
    )
    op.create_table(
        "district_outlines",
        sa.Column("position", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("district_id", sa.Text(), nullable=False),
        sa.Column("wkb", sa.LargeBinary(), nullable=False),
        sa.Column("approximate", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.district_id"], name="fk_district_outlines_district_id_districts"
        ),
        sa.PrimaryKeyConstraint("position", name="pk_district_outlines"),
    )
    op.create_index("ix_district_outlines_district_id", "district_outlines", ["district_id"])
    op.create_table(
        "frozen_people",
        sa.Column("operation_id", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("district_id", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operations.operation_id"], name="fk_frozen_people_operation_id_operations"
        ),
        sa.PrimaryKeyConstraint("operation_id", "position", name="pk_frozen_people"),
    )
    op.create_index("ix_frozen_people_member_id", "frozen_people", ["member_id"])
    op.create_table(
        "frozen_sites",
        sa.Column("operation_id", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operations.operation_id"], name="fk_frozen_sites_operation_id_operations"
        ),
        sa.PrimaryKeyConstraint("operation_id", "position", name="pk_frozen_sites"),
    )
    op.create_table(
        "ledger_people",
        sa.Column("copy_number", sa.String(32), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["copy_number"], ["ledger.copy_number"], name="fk_ledger_people_copy_number_ledger"
        ),
        sa.PrimaryKeyConstraint("copy_number", "member_id", name="pk_ledger_people"),
    )
    op.create_index("ix_ledger_people_member_id", "ledger_people", ["member_id"])
    op.create_table(
        "log_entries",
        sa.Column("operation_id", sa.String(64), nullable=False),
        sa.Column("device_id", sa.String(64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("clock_ms", sa.BigInteger(), nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("table_id", sa.Text(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operations.operation_id"], name="fk_log_entries_operation_id_operations"
        ),
        sa.PrimaryKeyConstraint("operation_id", "device_id", "sequence", name="pk_log_entries"),
    )
    op.create_index("ix_log_entries_stamp", "log_entries", ["operation_id", "clock_ms", "counter"])
    op.create_table(
        "member_versions",
        sa.Column("member_id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.String(32), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.member_id"],
            name="fk_member_versions_member_id_members",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("member_id", "version", name="pk_member_versions"),
    )
    op.create_table(
        "plans",
        sa.Column("plan_id", sa.String(64), nullable=False),
        sa.Column("member_id", sa.String(64), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("destination_kind", sa.Text(), nullable=False),
        sa.Column("destination_id", sa.Text(), nullable=True),
        sa.Column("travel_mode", sa.Text(), nullable=True),
        sa.Column("leave_at_level", sa.Integer(), nullable=False),
        sa.Column("priority_score", sa.Integer(), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("rehearsed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.member_id"], name="fk_plans_member_id_members", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("plan_id", name="pk_plans"),
        sa.UniqueConstraint("member_id", name="uq_plans_member_id"),
    )
    op.create_index("ix_plans_destination_id", "plans", ["destination_id"])
    op.create_table(
        "plan_supporters",
        sa.Column("plan_id", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("supporter_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plans.plan_id"], name="fk_plan_supporters_plan_id_plans", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("plan_id", "position", name="pk_plan_supporters"),
    )
    op.create_index("ix_plan_supporters_supporter_id", "plan_supporters", ["supporter_id"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(SEARCH_INDEX)


def downgrade() -> None:
    """Drop everything."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE member_search")
    for name in TABLES:
        op.drop_table(name)
