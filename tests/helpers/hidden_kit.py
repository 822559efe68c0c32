"""What somebody who knows too much would ask of the hidden city, and how its services are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import cast

from kurume_bousai import app
from kurume_bousai.app.letters import mailings
from kurume_bousai.app.map_papers import map_papers, theme_maps
from kurume_bousai.app.routes import route_planning
from kurume_bousai.domain.access import Right
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.consents import ConsentKind, ConsentState, SharingMode
from kurume_bousai.domain.demand import Demand, DemandRule
from kurume_bousai.domain.hand_outs import HandOutPaper
from kurume_bousai.domain.ids import MemberId, TableId, new_id
from kurume_bousai.domain.mailings import ReplyKind
from kurume_bousai.domain.members import MemberRow, RemovalReason, RosterMember
from kurume_bousai.domain.second_person import Confirmation, NamedKind
from kurume_bousai.domain.session import ExerciseSession
from kurume_bousai.mapview.scenes import CityScenes
from kurume_bousai.services.hand_outs.service import HandOutDraft
from kurume_bousai.services.letters.plan import MailingOrder
from kurume_bousai.services.letters.replies import Reply
from kurume_bousai.services.papers.map_content import MapPaperOrder
from kurume_bousai.services.papers.rules import NamedRequest, Recipient
from kurume_bousai.services.people.roster_file import RosterFile
from kurume_bousai.services.ports.members import GroupField, MemberFilter, MemberQuery
from kurume_bousai.services.ports.quality import QualityKind
from kurume_bousai.services.roster_import.importing import ImportOrder
from kurume_bousai.storage import EncryptedCityDatabase
from tests.helpers.asking import Kit
from tests.helpers.hidden_city import EARLY, LATE, MAKER, PASSPHRASE, SECOND, TSUBUKU, TWIN, HiddenCity


def makers(database: EncryptedCityDatabase) -> Mapping[str, Callable[[], object]]:
    """How the composition root makes the services that want more than a file and a clock."""
    made = app.services(database)
    planning = route_planning(database)
    return {
        "CityScenes": lambda: cast("CityScenes", made.scenes),
        "ExerciseService": lambda: made.exercises,
        "SessionLog": lambda: made.log,
        "CapacityService": lambda: made.capacity,
        "CapacityHelp": lambda: made.capacity_help,
        "ScenarioService": lambda: made.scenarios,
        "ReportingService": lambda: made.reporting,
        "RosterImportService": lambda: made.roster_import,
        "PlacesService": lambda: made.places,
        "GeocodingService": lambda: made.geocoding,
        "HomePlacing": lambda: made.home_placing,
        "MapLayersService": lambda: made.layers,
        "TaskLayerService": lambda: made.task_layers,
        "MapSearch": lambda: made.map_search,
        "RoutePlanning": lambda: planning,
        "GroundKeeper": lambda: planning,
        "MapPaperService": lambda: map_papers(database),
        "ThemeMapService": lambda: theme_maps(database),
        "TilePackService": lambda: made.tile_packs,
        "TileFetchService": lambda: made.tile_fetch,
        "MapPackService": lambda: made.map_packs,
        "RecipientService": lambda: made.recipients,
        "HandOutService": lambda: made.hand_outs,
        "HandOutCopies": lambda: made.copies,
        "ConsentService": lambda: made.consents,
        "MailingService": lambda: mailings(database),
        "SecondPersonGate": lambda: made.reporting.gate,
    }


def kit_for(city: HiddenCity, database: EncryptedCityDatabase) -> Kit:
    """Values for every kind of parameter: the ids, numbers, words and stale records of the hidden."""
    confirmer = MAKER if database.access.name == SECOND else SECOND
    second = Confirmation(confirmer, PASSPHRASE)
    stale = RosterMember(
        MemberId(new_id()), 0, LATE[0], LATE[1], date(1935, 5, 5), address=LATE[2], phone=LATE[3],
        district_id=TSUBUKU, source="介護", source_key="H-00077",
    )  # fmt: skip
    words = (LATE[0], EARLY[1], LATE[2], EARLY[3], TWIN[0], "見張", "ミハリ", "H-00077")
    ids = (city.hidden[1], city.hidden[0], city.hidden[2])
    request = NamedRequest(
        Recipient(Body.DISTRICT_ORGANIZATION, "架空の会", TSUBUKU), "訓練", confirmation=second
    )
    queries = [
        MemberQuery(),
        *(MemberQuery(text) for text in words),
        MemberQuery(filter=MemberFilter.PROTECTED),
    ]
    everybody = (city.hidden + city.open_ids,)
    today = app.SystemClock().now().date()
    session, tables = _session(city, database)
    return {
        "ExerciseSession": session, "TableId": tables, "Sequence[MemberRow]": (_rows(database),),
        "RosterFile": (_whole_file(city, database),), "ImportOrder": (ImportOrder("介護", is_whole=True),),
        "MemberId": ids, "kept_id": city.open_ids, "absorbed_id": ids,
        "Sequence[MemberId]": everybody, "Collection[MemberId]": everybody,
        "Mapping[MemberId, int]": (dict.fromkeys(city.hidden, 1),),
        "Sequence[RosterMember]": ((stale,),), "RosterMember": (stale,), "members": ((stale,),),
        "MemberQuery": queries, "query": queries, "DistrictId": (TSUBUKU,), "district": ("津福",),
        "GroupField": tuple(GroupField), "by": tuple(GroupField),
        "text": words, "words": words, "address": (LATE[2], EARLY[2]), "code_text": (city.code,),
        "letter_text": (city.code,), "form_text": (city.code,), "code": (city.code.replace("-", ""),),
        "copy_number": city.copies, "copy_numbers": (city.copies,), "why": ("訂正",), "note": ("",),
        "number": (1, 2, 7, 8, 9, *city.numbers), "town_key": (LATE[2],),
        "OrderId": (city.order_id,), "PartnerId": (city.partner_id,), "ImportId": city.import_ids,
        "OperationId": (city.operation_id,), "merge_id": (city.merge_id,),
        "EmergencyId": (city.emergency_id,), "SupporterId": (city.supporter_id,), "SiteId": (city.site_id,),
        "Draft": (), "form": ("person",),
        "HandOutDraft": tuple(HandOutDraft(city.partner_id, "見守り", paper=paper) for paper in HandOutPaper),
        "NamedRequest": (request,), "LeavingRequest": (request,), "NamedKind": tuple(NamedKind),
        "Confirmation": (second,), "confirmation": (second,),
        "ConsentKind": tuple(ConsentKind), "SharingMode": tuple(SharingMode), "kind": tuple(QualityKind),
        "ConsentState": tuple(ConsentState), "Body": (Body.WELFARE_COMMISSIONER,), "is_protected": (False,),
        "choice": (), "visibility": (),
        "CapacityConditions": (CapacityConditions(demand=Demand(DemandRule.ALL)),),
        "MapPaperOrder": (MapPaperOrder(district_id=TSUBUKU),), "date": (today,), "today": (today,),
        "MailingOrder": (MailingOrder("案内", date(today.year + 1, 1, 1)),),
        "Reply": (Reply(ReplyKind.APPLIED, today),), "RemovalReason": (RemovalReason.DIED,),
        "reason": ("わけ",),
        "source": ("介護",), "fiscal_year": (2026,), "set_id": ("x",), "on": (today,), "until": (today,),
        "version": (1,), "confirmed": (0,), "unreturned": (city.hidden,),
    }  # fmt: skip


def _session(
    city: HiddenCity, database: EncryptedCityDatabase
) -> tuple[tuple[ExerciseSession, ...], tuple[TableId, ...]]:
    if not database.access.has(Right.RUN_EXERCISE):
        return (), ()
    session = app.exercises(database).open(city.operation_id)
    return (session,), tuple(table.table_id for table in session.tables)


def _rows(database: EncryptedCityDatabase) -> list[MemberRow]:
    if not database.access.has(Right.SEE_PEOPLE):
        return []
    with database.reading() as session:
        return session.members.rows(database.access, MemberQuery())


def _whole_file(city: HiddenCity, database: EncryptedCityDatabase) -> RosterFile:
    """The office's next extract: it knows all three by their names, and nothing of any flag."""
    return app.roster_import(database).read(city.next_extract)
