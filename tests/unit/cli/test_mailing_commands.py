"""``eligibility``, ``mailing`` and ``report registration`` from the judgement to the reply."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kurume_bousai.cli import main
from tests.fixtures.demo_city import OPERATOR, PASSPHRASE, PROTECTED_OPERATOR


@pytest.fixture
def run(demo_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:  # noqa: ANN401 - a function of the test
    """Run one command on a copy of the fictional city; returns its JSON."""
    monkeypatch.setenv("KURUME_BOUSAI_DB", str(demo_path))
    monkeypatch.setenv("KURUME_BOUSAI_OPERATOR", OPERATOR)
    monkeypatch.setenv("KURUME_BOUSAI_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("KURUME_BOUSAI_OUTPUT_PASSWORD", "kakuu-password")

    def command(*words: str, status: int = 0) -> dict[str, Any]:
        capsys.readouterr()
        assert main([*words, "--json"]) == status
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    return command


def test_from_the_judgement_to_the_reply(run: Any, tmp_path: Path) -> None:  # noqa: ANN401 - see the fixture
    assert run("eligibility", "list")["in_force"] == "kurume"
    trial = run("eligibility", "run", "--trial", "--on", "2027-04-01")
    judged = run("eligibility", "run")
    assert trial["run"] is None
    assert sum(judged["verdicts"].values()) == judged["people"]
    made = run("mailing", "create", "--title", "登録の案内", "--reply-by", "2099-01-01")
    assert made["invited"] + sum(made["left_out"].values()) == made["total"]
    letters = tmp_path / "letters.pdf"
    signs = ("--confirmed-by", PROTECTED_OPERATOR, "--confirm-passphrase-file", str(tmp_path / "wrong"))
    (tmp_path / "wrong").write_text("違う合言葉", "utf-8")
    refused = run("mailing", "print", "1", "--out", str(letters), *signs, status=1)["error"]["code"]
    assert (refused, letters.exists()) == ("wrong_passphrase", False)
    assert run("mailing", "print", "1", "--out", str(letters))["pages"] == 2 * made["invited"]
    assert letters.read_bytes().startswith(b"%PDF")
    control = run("mailing", "control", "1", "--out", str(tmp_path / "control.pdf"))
    assert sum(bundle["letters"] for bundle in control["bundles"]) == made["invited"]
    assert run("mailing", "post", "1", status=1)["error"]["code"] == "envelopes_unchecked"
    for code in control["to_check"]:
        assert run("mailing", "check", "1", code, code)["ok"]
    assert run("mailing", "post", "1")["mailing"]["posted_on"]
    waiting = run("mailing", "open")
    assert waiting["count"] == made["invited"]
    code = waiting["letters"][0]["code"]
    assert run("mailing", "return", code, "applied", "--roster", "yes")["registration"] == "applied"
    assert run("mailing", "return", code, "declined", status=1)["error"]["code"] == "answered_twice"
    run("mailing", "take-back", code)
    assert run("mailing", "open")["count"] == made["invited"]


def test_a_rate_and_where_the_eligible_come_from(run: Any, tmp_path: Path) -> None:  # noqa: ANN401 - see the fixture
    done = run("eligibility", "set", "--district", "津福", "--eligible", "500", "--on", "2026-04-01")
    assert done == {"districts_changed": 1}
    assert run("eligibility", "set", status=1)["error"]["code"] == "nothing_to_set"
    changed = run(
        "eligibility", "set", "--set", "kurume", "--criterion", "kurume-2", "--confirmed", "--basis", "要綱"
    )
    assert changed["set"]["version"] == 1
    written = run("report", "registration", "--out", str(tmp_path / "r.json"), "--record-year")
    paper = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert f"{written['applied'] * 100 / written['eligible']:.1f}" == written["percent"]
    assert paper
    for ending in ("pdf", "xlsx"):
        assert Path(
            run("report", "registration", "--out", str(tmp_path / f"r.{ending}"))["files"][0]
        ).is_file()


def test_a_criterion_is_added_mended_and_taken_out(run: Any) -> None:  # noqa: ANN401 - see the fixture
    when = ("--when", "care_level >= 2", "--when", "lives_alone")
    made = run("eligibility", "add", "--set", "kurume", "--words", "要介護2以上で独居", *when)["set"]
    new = made["criteria"][-1]
    assert (new["when"], new["unconfirmed"]) == (["care_level>=2", "lives_alone"], True)
    mended = run(
        "eligibility", "set", "--set", "kurume", "--criterion", new["criterion"], "--when",
        "physical_grade=1,2", "--words", "架空の要件", "--confirmed",
    )["set"]["criteria"][-1]  # fmt: skip
    assert (mended["when"], mended["words"], mended["unconfirmed"]) == (
        ["physical_grade=1,2"], "架空の要件", False,
    )  # fmt: skip
    bad = run("eligibility", "add", "--set", "kurume", "--words", "x", "--when", "らくだ>=2", status=1)
    assert bad["error"]["code"] == "condition_unreadable"
    left = run("eligibility", "delete", "--set", "kurume", "--criterion", new["criterion"])["set"]
    assert new["criterion"] not in {one["criterion"] for one in left["criteria"]}
