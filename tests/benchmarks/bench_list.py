"""As-you-type search in a list of 20,000, against a direct LIKE scan of the same encrypted rows.

Both give the same rows in the same order, as the list shows them; the words are one kanji, two kanji and
kana. ``keystroke_s`` is all that one key costs on the reader: rows, the counts of every filter, the total.
"""

from __future__ import annotations

from typing import Any, Final, cast

from sqlalchemy import Table, select

from kurume_bousai import app
from kurume_bousai.domain.members import MemberRow
from kurume_bousai.domain.names import fold
from kurume_bousai.services.ports import MemberQuery
from kurume_bousai.services.roster import RosterService
from kurume_bousai.storage import open_database
from kurume_bousai.storage.mapping import members as mapping
from kurume_bousai.storage.members import list_columns, people_with_plans
from kurume_bousai.storage.rows_people import MemberRecord
from kurume_bousai.storage.unit_of_work import Session
from kurume_bousai.storage.visible import visible
from tests.benchmarks.surroundings import OPERATOR, PASSPHRASE, PEOPLE, fictional_city, median, seconds
