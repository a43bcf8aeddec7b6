"""The daily reports over REST: listed, read in three forms, refused in one sentence."""

from datetime import date, timedelta

from starlette.testclient import TestClient

from core.llm import Purse
from core.pipeline.daily_analysis import write_report
from core.runtime import Runtime
from tests.api.conftest import Clock
from tests.report.told_day import DAY, HOSTILE, traded_day


def test_reports_are_listed_and_read_in_three_forms(client: TestClient, engine: Runtime) -> None:
    traded_day(engine.bench, HOSTILE)
    purse = Purse(engine.settings.llm)
    for day in (DAY - timedelta(days=1), DAY):
        write_report(engine.bench, day, purse)
    page = client.get("/reports", params={"limit": 1}).json()
    assert page["total"] == 2 and [row["day"] for row in page["items"]] == ["2024-03-05"]
    whole = client.get("/reports/2024-03-05").json()
    assert whole["assets"] == ["BTC-USD", "ETH-USD"] and whole["words"] == page["items"][0]["words"]
    assert whole["report"]["assets"][0]["market"]["close"] == 124.0
    text = client.get("/reports/2024-03-05.md")
    assert text.headers["content-type"] == "text/markdown; charset=utf-8" and "## BTC-USD" in text.text
    file = client.get("/reports/2024-03-05.html")
    assert file.headers["content-disposition"] == 'attachment; filename="glassbox-2024-03-05.html"'
    assert file.text.startswith("<!doctype html>") and "<script>alert(1)" not in file.text


def test_what_is_not_there_or_no_day_is_a_problem(client: TestClient) -> None:
    assert client.get("/reports").json() == {"items": [], "total": 0, "limit": 50, "offset": 0}
    for path in ("/reports/2024-03-05", "/reports/2024-03-05.md", "/reports/2024-03-05.html"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
        assert "There is no report of 2024-03-05" in answer.json()["detail"]
    for path in ("/reports/nonsense", "/reports/2024-13-05.md"):
        assert client.get(path).status_code == 422


def test_a_job_writes_the_day_before_when_none_is_named(
    client: TestClient, engine: Runtime, clock: Clock
) -> None:
    told = client.post("/jobs", json={"kind": "report"}).json()
    job = engine.jobs.wait(told["id"], 60)
    assert (job.error, job.result_id) == (None, (clock().date() - timedelta(days=1)).isoformat())
    late = engine.jobs.wait(engine.jobs.submit("report", {"day": "2026-02-01"}), 60)
    assert late.error is not None and "has not begun" in late.error
    assert client.get("/reports").json()["items"][0]["day"] == str(date(2026, 1, 4))
