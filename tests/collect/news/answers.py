"""Answers in the real format of each provider."""

from datetime import datetime
from email.utils import format_datetime
from typing import Any

YAHOO_NEWS = "/finance.yahoo.com/xhr/ncp"
YAHOO_RATINGS = "/query2.finance.yahoo.com/v10/finance/quoteSummary/"


def rss(*items: tuple[str, str, datetime | None], language: str = "", summary: str = "") -> str:
    entries = "".join(
        f"<item><title>{title}</title><link>{link}</link>"
        f"{f'<pubDate>{format_datetime(at)}</pubDate>' if at else ''}"
        f"{f'<description>{summary}</description>' if summary else ''}</item>"
        for title, link, at in items
    )
    told = f"<language>{language}</language>" if language else ""
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{told}{entries}</channel></rss>'
    )


def atom(title: str, link: str, updated: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>N</title>'
        f'<entry><title>{title}</title><link href="{link}"/><updated>{updated}</updated></entry></feed>'
    )


def yahoo_news(*contents: Any) -> dict:
    return {"data": {"tickerStream": {"stream": [{"id": "1", "content": content} for content in contents]}}}


def yahoo_content(title: str, date: str | None, **more: Any) -> dict:
    return {"title": title, "pubDate": date, "canonicalUrl": {"url": "https://y.example/1"}, **more}


def yahoo_ratings(*history: dict) -> dict:
    body = {"upgradeDowngradeHistory": {"history": list(history), "maxAge": 86400}}
    return {"quoteSummary": {"result": [body], "error": None}}


def rating(date: int, firm: str, to: str, was: str, action: str, **more: Any) -> dict:
    return {"epochGradeDate": date, "firm": firm, "toGrade": to, "fromGrade": was, "action": action, **more}


def newsapi(*articles: Any) -> dict:
    return {"status": "ok", "totalResults": len(articles), "articles": list(articles)}


def newsapi_article(title: str | None, date: str | None = "2024-03-05T10:00:00Z", **more: Any) -> dict:
    return {
        "source": {"id": None, "name": "Example"}, "author": None, "title": title, "description": "Words below.",
        "url": "https://n.example/1", "urlToImage": None, "publishedAt": date, "content": "Words… [+900 chars]", **more,
    }  # fmt: skip


def gdelt(*articles: dict) -> dict:
    return {"articles": list(articles)} if articles else {}


def gdelt_article(title: str, seen: str | None = "20240305T101500Z", **more: Any) -> dict:
    return {
        "url": "https://g.example/1", "url_mobile": "", "title": title, "seendate": seen, "socialimage": "",
        "domain": "g.example", "language": "English", "sourcecountry": "United States", **more,
    }  # fmt: skip


def reddit(*posts: dict) -> dict:
    children = [{"kind": "t3", "data": post} for post in posts]
    return {
        "kind": "Listing",
        "data": {"after": None, "before": None, "dist": len(posts), "children": children},
    }


def reddit_post(title: str, created: float, **more: Any) -> dict:
    return {
        "id": "abc1", "name": "t3_abc1", "title": title, "selftext": "", "subreddit": "stocks", "stickied": False,
        "created_utc": created, "permalink": "/r/stocks/comments/abc1/x/", "url": "https://www.reddit.com/r/stocks/x",
        "author": "someone", "over_18": False, "score": 5, "num_comments": 2, **more,
    }  # fmt: skip


def fear_and_greed(*values: tuple[object, object, str]) -> dict:
    data = [
        {"value": value, "value_classification": words, "timestamp": time, "time_until_update": "3600"}
        for value, time, words in values
    ]
    return {"name": "Fear and Greed Index", "data": data, "metadata": {"error": None}}


def trending(*coins: tuple[str, str, str]) -> dict:
    items = [
        {
            "item": {
                "id": key,
                "coin_id": 1,
                "name": name,
                "symbol": symbol,
                "market_cap_rank": 9,
                "score": place,
            }
        }
        for place, (key, name, symbol) in enumerate(coins)
    ]
    return {"coins": items, "nfts": [], "categories": []}


def coin(**more: Any) -> dict:
    return {
        "id": "bitcoin", "symbol": "btc", "name": "Bitcoin", "last_updated": "2024-03-05T11:58:00.123Z",
        "sentiment_votes_up_percentage": 81.5, "watchlist_portfolio_users": 1_500_000,
        "community_data": {"facebook_likes": None, "reddit_subscribers": 0, "telegram_channel_user_count": None},
        "developer_data": {"forks": 36426, "stars": 73168, "commit_count_4_weeks": 108},
        "market_data": {"circulating_supply": 19.6e6, "total_supply": 21e6, "max_supply": "21000000",
                        "total_value_locked": None},
        **more,
    }  # fmt: skip
