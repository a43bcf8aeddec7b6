"""The autopilot's page: switch on, see it, force a step, switch off; a reload changes nothing."""

from core.records import Step
from core.runtime import Runtime
from core.store.audit import read_audit
from tests.pages.conftest import OpenPage

PAGE = "pages/trading/autopilot.py"


def words(test) -> str:
    return " ".join([*(item.value for item in test.markdown), *(item.value for item in test.info)])


def test_switched_on_watched_forced_and_switched_off(open_page: OpenPage, engine: Runtime) -> None:
    test = open_page(PAGE)
    assert "never switched on" in words(test) and "Name the assets above" in words(test)
    test.text_input(key="autopilot_assets").set_value("btc, ETH-USD")
    next(button for button in test.button if button.label == "Switch on").click()
    test.run()
    assert not test.exception and "RUNNING" in words(test)
    engine.schedule.close()  # what follows is forced
    engine.jobs.drain(120)
    test = open_page(PAGE)  # as after a reload
    table = test.dataframe[0].value
    assert list(table["Asset"]) == ["BTC-USD", "ETH-USD"]
    assert all(f"**{name}**" in words(test) for name in ("Collect", "Forecast", "Decide", "Execute"))
    assert all(f"**{name}**" in words(test) for name in ("Back-up", "Daily report", "Daily optimisation"))
    test.button(key="autopilot_signals").click().run()
    assert [toast.value for toast in test.toast] == ["Decide: 2 jobs submitted."]
    engine.jobs.drain(120)
    test = open_page(PAGE)
    table = test.dataframe[0].value
    assert set(table["Decision"]) <= {"ordered", "denied", "no trade"} and table["Passport"].notna().all()
    test.button(key="autopilot_off").click().run()
    assert "OFF" in words(test) and not engine.autopilot.state.running


def test_halted_only_after_a_second_look_and_released_again(open_page: OpenPage, engine: Runtime) -> None:
    assert open_page(PAGE).button(key="autopilot_halt").disabled  # there is no book yet
    engine.autopilot.start("ann", "test", ("BTC-USD",))
    engine.autopilot.turn(Step.SIGNALS)
    engine.jobs.drain(120)
    test = open_page(PAGE)
    test.button(key="autopilot_halt").click().run()
    assert "nothing is opened until somebody releases it" in words(test)
    test.text_input(key="autopilot_halt_why").set_value("going away").run()
    test.button(key="autopilot_halt_yes").click().run()
    test = open_page(PAGE)  # as in a second tab
    assert ":red-badge[HALTED]" in words(test)
    assert any("Halted by owner (going away)" in box.value for box in test.error)
    engine.autopilot.turn(Step.SIGNALS)
    engine.jobs.drain(120)
    test = open_page(PAGE)
    test.button(key="autopilot_release").click().run()
    test.button(key="autopilot_halt_yes").click().run()
    test = open_page(PAGE)
    assert "HALTED" not in words(test) and test.button(key="autopilot_halt")
    deeds = [entry.deed for entry in read_audit(engine.store)]
    assert [deed.action for deed in deeds if deed.action in ("halt", "reset")] == ["reset", "halt"]


def test_intervals_are_changed_where_they_are_looked_at(open_page: OpenPage, engine: Runtime) -> None:
    test = open_page(PAGE)
    test.number_input(key="autopilot_every_trade_seconds").set_value(45)
    next(button for button in test.button if button.label == "Save").click()
    test.run()
    assert engine.settings.autopilot.trade_seconds == 45
    assert "every 45 s" in " ".join(item.value for item in open_page(PAGE).caption)


def test_a_wrong_asset_is_told_and_nothing_is_switched(open_page: OpenPage, engine: Runtime) -> None:
    test = open_page(PAGE)
    test.text_input(key="autopilot_assets").set_value("???")
    next(button for button in test.button if button.label == "Switch on").click()
    test.run()
    assert any("???" in box.value for box in test.error)
    assert engine.autopilot.state is None


def test_the_inbox_shows_what_happened_and_can_be_read(open_page: OpenPage, engine: Runtime) -> None:
    from core.alerts.watching import look
    from core.records import Alert, AlertKind, Severity
    from core.store.alerts import save_alerts

    test = open_page("pages/system/alerts.py")
    assert not test.exception and any("Nothing has happened yet" in box.value for box in test.info)
    look(engine.bench, None)
    now = engine.bench.clock()
    alert = Alert("k", AlertKind.SOURCE_DOWN, Severity.WARNING, now, "yfinance", "It does not answer.")
    engine.store.write(save_alerts([alert], now))
    test = open_page("pages/system/alerts.py")
    table = test.dataframe[0].value
    assert next(iter(table["Words"])) == "It does not answer." and table["New"].sum() == 1
    test.button(key="alerts_read").click().run()
    assert test.dataframe[0].value["New"].sum() == 0
