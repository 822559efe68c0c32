"""画面の並び: which screens there are, in the order of the navigation. Each is made when first shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.page import Page, PageSpec

Ask = Callable[[], Desktop]


def page_specs(desktop: Ask, access: Access) -> list[PageSpec]:
    """The screens this operator has."""
    specs = [
        PageSpec("home", "はじめに", "home-outline", lambda: _home(desktop())),
        PageSpec("roster", "名簿", "card-account-details-outline", lambda: _roster(desktop())),
        PageSpec("shelters", "福祉避難所", "home-heart", lambda: _shelters(desktop())),
        PageSpec("capacity", "容量確認", "scale-balance", lambda: _capacity(desktop())),
    ]
    if access.has(Right.RUN_EXERCISE):
        specs.append(PageSpec("exercise", "図上訓練", "map-marker-outline", lambda: _exercise(desktop())))
    specs += [
        PageSpec("papers", "帳票", "printer-outline", lambda: _papers(desktop())),
        PageSpec("places", "地図データ", "layers-outline", lambda: _places(desktop())),
        PageSpec("preferences", "設定", "cog-outline", lambda: _preferences(desktop())),
    ]
    return specs


# Each screen's module is imported when the screen is first shown: the start loads only what it shows.


def _home(desktop: Desktop) -> Page:
    from kurume_bousai.ui.home.home_page import HomePage
    from kurume_bousai.ui.letters.opening import declare, letters_button

    declare(desktop)
    page = HomePage(desktop)
    page.yearly_wanted.connect(partial(_open_yearly, desktop))
    page.add_action_button(letters_button(desktop))
    return page


def _open_yearly(desktop: Desktop) -> None:
    from kurume_bousai.ui.yearly.yearly_dialog import open_yearly

    open_yearly(desktop, desktop.window)


def _roster(desktop: Desktop) -> Page:
    from kurume_bousai.ui.letters.opening import letters_button
    from kurume_bousai.ui.office_cards import quality_button
    from kurume_bousai.ui.registry.roster_page import RosterPage

    page = RosterPage(desktop)
    page.add_action_button(letters_button(desktop, "案内"))
    if desktop.database.access.has(Right.SEE_PEOPLE):
        page.add_action_button(quality_button(desktop))
    page.placing.wanted.connect(partial(_open_placing, desktop))
    return page


def _open_placing(desktop: Desktop, member_id: str) -> None:
    from kurume_bousai.ui.geocode.placing_dialog import open_placing

    open_placing(desktop, desktop.window, member_id)


def _shelters(desktop: Desktop) -> Page:
    from kurume_bousai.ui.shelters.shelters_page import SheltersPage

    return SheltersPage(desktop)


def _capacity(desktop: Desktop) -> Page:
    from kurume_bousai.ui.capacity.capacity_page import CapacityPage

    return CapacityPage(desktop)


def _exercise(desktop: Desktop) -> Page:
    from kurume_bousai.ui.exercise.exercise_page import ExercisePage

    return ExercisePage(desktop)


def _papers(desktop: Desktop) -> Page:
    from kurume_bousai.ui.office_cards import office_cards
    from kurume_bousai.ui.reports.papers_page import PapersPage

    return PapersPage(desktop, cards=office_cards(desktop))


def _places(desktop: Desktop) -> Page:
    from kurume_bousai.ui.places.places_page import PlacesPage

    return PlacesPage(desktop)


def _preferences(desktop: Desktop) -> Page:
    from kurume_bousai.ui.preferences.preferences_page import PreferencesPage

    return PreferencesPage(desktop)
