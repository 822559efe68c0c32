"""The use cases are made when first asked for, each once, and none is forgotten."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import cast

import pytest

from kurume_bousai import app
from kurume_bousai.app.services_on_demand import ServicesOnDemand
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.ui.desktop import Services


def test_nothing_is_made_before_it_is_asked_for() -> None:
    made: list[str] = []

    def make() -> str:
        made.append("clock")
        return "a clock"

    services = ServicesOnDemand({"clock": make, "log": list})
    assert made == []
    assert cast("object", services.clock) == "a clock"
    assert services.clock is services.clock
    assert made == ["clock"]


def test_a_part_that_needs_another_gets_the_same() -> None:
    makers: dict[str, object] = {}
    services = ServicesOnDemand({"exercises": object, "log": lambda: makers["all"].exercises})  # type: ignore[attr-defined]
    makers["all"] = services
    assert services.log is cast("object", services.exercises)


def test_two_threads_get_one() -> None:
    gate = Barrier(2)
    services = ServicesOnDemand({"places": object})

    def ask() -> object:
        gate.wait(5)
        return services.places

    with ThreadPoolExecutor(2) as pool:
        first, second = (pool.submit(ask) for _ in range(2))
        assert first.result() is second.result()


def test_what_is_no_part_is_not_there() -> None:
    services = ServicesOnDemand({"clock": object})
    assert not hasattr(services, "log")
    assert not hasattr(services, "nothing_of_ours")


def test_preparing_makes_everything() -> None:
    made: list[str] = []
    services = ServicesOnDemand({name: partial(made.append, name) for name in ("log", "clock")})
    services.prepare()
    assert sorted(made) == ["clock", "log"]


def test_the_program_makes_every_field(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(ServicesOnDemand, "__init__", lambda _self, makers: asked.extend(makers))
    app.services(cast("CityDatabase", None))
    assert asked == [field.name for field in dataclasses.fields(Services)]
