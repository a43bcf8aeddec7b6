"""The scorer's section of the News page: its record, and a sentence to try."""

from streamlit.testing.v1 import AppTest


def _section() -> None:
    from pages.components.news_scorer import scorer_section

    scorer_section("ETH-USD")


def test_the_record_and_a_sentence(engine):
    page = AppTest.from_function(_section, default_timeout=60).run()
    assert not page.exception
    told = {metric.label: metric.value for metric in page.metric}
    assert told["Guessing"] == "33 %"
    assert int(told["Accuracy"].split()[0]) >= 80
    assert told["Score"].startswith("−") and told["Relevance"] == "100 %"
    assert "Told right" in page.get("plotly_chart")[0].proto.alt
    assert "120 headlines" in page.caption[0].value
    assert list(page.dataframe[0].value["word"]) == ["falls"]
    page.text_input(key="scorer_text").set_value("Solana surges").run()
    assert {metric.label: metric.value for metric in page.metric}["Relevance"] == "10 %"
    page.text_input(key="scorer_text").set_value(" ").run()
    assert not page.exception
    assert "Type a headline" in page.info[0].value
