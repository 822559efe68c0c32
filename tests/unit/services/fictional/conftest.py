from __future__ import annotations

import pytest

from kurume_bousai.exchange.sample_files import SampleFiles
from kurume_bousai.exchange.seed_files import SeedFiles
from kurume_bousai.services.fictional.city import DEFAULT_MEMBERS, DemoSources, FictionalCity, draw_city


@pytest.fixture(scope="session")
def sources() -> DemoSources:
    return DemoSources(SeedFiles().read(), SampleFiles().read())


@pytest.fixture(scope="session")
def demo(sources: DemoSources) -> FictionalCity:
    """The city of the default size."""
    return draw_city(sources, members=DEFAULT_MEMBERS, seed=1)
