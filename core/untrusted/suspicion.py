"""Text that talks to a model instead of to a reader, or that hides what it says."""

import codecs
import re
from collections.abc import Sequence
from itertools import pairwise

_NOUN = r"(?:instruction|prompt|direction|directive|guideline|command|rule|message|headline|item|text|context|constraint|safeguard|polic(?:y|ie)|request)s?"
_WHICH = (
    r"(?:previous|prior|above|earlier|preceding|foregoing|other|your|my|system|original|initial|safety|json)"
)


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


_ENGLISH = (
    rf"\b(?:ignore|disregard|forget|override|overrule|bypass|discard|skip|drop|cancel)\s+(?:\w+\s+){{0,3}}?{_WHICH}\s+(?:\w+\s+){{0,2}}?{_NOUN}\b",
    r"\b(?:ignore|disregard|forget)\s+(?:\w+\s+){0,3}(?:instructions|prompts)\b",
    r"\b(?:ignore|disregard|forget)\s+(?:all|everything|anything|what(?:ever)?)\s+(?:of\s+)?(?:(?:the|that|you|i|was|were|is|said|told|came|you've|have|been)\s+){0,5}(?:above|before|told|said|instructions?|rules|prompts?)\b",
    r"\b(?:new|updated|revised|real|actual|hidden|secret|developer|system|admin)\s+(?:instruction|prompt|directive|command|override|message|task)s?\s*(?:follow\w*\s*)?[:=>-]",
    r"\bsystem\s+(?:prompt|override|message)\b",
    r"\byou\s+(?:are|'re)\s+now\s+(?:an?|the|in|my|free|no\s+longer|dan|stan|jailbroken|unrestricted)\b",
    r"\b(?:pretend|imagine|act|behave|roleplay|role-play)\s+(?:that\s+)?(?:to\s+be|as\s+if|as\s+an?|as\s+the|like\s+an?|you\s+are|you're)\b.{0,60}\b(?:assistant|model|ai|analyst|dan|bot|trader|developer|admin|system|filter|limits?|rules?|restrictions?)\b",
    r"\b(?:as|attention|dear|hey|hello|note\s+to|message\s+(?:to|for)|instructions?\s+(?:to|for))\s+(?:an?|the|any|all|every|this)?\s*(?:ai|llm|language|large\s+language|sentiment|scoring|chat|gpt)[\s-]*(?:models?|assistants?|bots?|system|scorer|analy[sz]er|agents?)\b\s*[,:;!.-]",
    r"\b(?:respond|reply|answer)\s+(?:only\s+|just\s+|always\s+|strictly\s+|exactly\s+)?(?:with|in|using|as)\s+(?:only\s+|the\s+|a\s+|an\s+|valid\s+)?(?:json|score|scores|number|word|the\s+following|following|1|\+1|\{|\")",
    r"\b(?:output|print|return|emit|write|produce|repeat|reveal|show|leak|disclose|tell\s+me|give\s+me)\s+(?:only\s+|just\s+|me\s+|us\s+|the\s+|your\s+|all\s+|this\s+|a\s+|valid\s+|of\s+)*(?:json|system\s+prompt|prompt|instructions|api[\s_-]*keys?|secret\s+keys?|environment\s+variables?|score\s+of|score\s+[-+]?\d|hidden\s+text|text\s+above|words\s+above)\b",
    r"\b(?:rate|score|mark|label|classify|grade|set|assign|give)\s+(?:(?:this|it|that|them|these|those|all|every|each|any|the|other|headlines?|items?|assets?|news|sentiment|score|confidence|everything|following|to|as|with|a|an|of|at|value|rating|strongly|very|=|:)\s+){1,8}(?:[-+]\s?\d|[-+]?1(?:\.0+)?\b(?!\s*[-–/%.,]?\d)|[-+]?\d+\.\d+\b|positive|negative|bullish|bearish|maximum|minimum|nan|inf)",
    r"\b(?:rate|score|mark|grade)\s+(?:\w+\s+){0,2}[-+]\s?\d",
    r"\b(?:call|invoke|use|run|execute)\s+(?:the\s+)?(?:\w+\s+)?(?:tool|function|plugin)s?\b.{0,20}[:({\"'`]",
    r"\b(?:set|change|raise|increase|lift|remove|disable|double|switch\s+off|turn\s+off)\s+(?:the\s+|your\s+|all\s+|my\s+|our\s+)*(?:risk|position|stop|max|leverage|trading|safety|settings?)[\s_.-]*(?:limits?|checks?|loss|position|size|sizes|cap|caps|guards?|settings?|filters?|management)\s*(?:to|=|now|immediately|for\s+this|and\b)",
    r"\b(?:max_position|text_cap|item_cap|stop_loss|allow_short|max_drawdown|risk\.\w+|sentiment\.\w+)\b",
    r"\bfrom\s+now\s+on\b.{0,40}\b(?:you|answer|respond|output|score|rate)\b",
    r"\b(?:do\s+not|don't|never)\s+(?:tell|mention|reveal|disclose)\b.{0,40}\b(?:user|human|operator|this\s+instruction)\b",
    r"\b(?:fetch|visit|download|curl|wget|browse\s+to|follow|load|read)\s+(?:\w+\s+){0,3}https?://",
    r"\b(?:jailbreak(?:en|ed)?\s+mode|dan\s+mode|developer\s+mode\s+(?:on|enabled)|debug\s+mode\s+(?:on|enabled))",
)
_TOKENS = (
    r"<\|\s*/?\s*\w+\s*\|>", r"\[/?INST\]", r"<</?SYS>>", r"</?s>", r"<(?:start|end)_of_turn>", r"<\uFF5C.{1,40}\uFF5C>",
    r"</?(?:system|user|assistant|instructions?|data|headlines?|tool_call|tools?|function_call|think)\b[^>]{0,80}>",
    r"(?<!#)#{2,}\s*(?:system|instruction|user|assistant|human|response|input|output|new|end|example|note|task|important)\w*",
    r"(?:^|[\]}\"'`|.!?;:*>-]\s*|\\n)\**(?:system|assistant|developer|human|ai|user)\**(?:\s+(?:prompt|message|note))?\s*:\s*\S",
    r"\bBEGIN\s+(?:SYSTEM|INSTRUCTIONS?|PROMPT|DATA)\b", r"\bEND\s+OF\s+(?:DATA|INPUT|PROMPT|HEADLINES?|TEXT|INSTRUCTIONS?)\b",
)  # fmt: skip
_JSON = (
    r"\\?[\"'\u201c\u201d`]\s*(?:score|sentiment|confidence|relevance|echo|headline|answers?|verdict|factor|event|horizon|reason|role|tool_calls?|function|name|p_(?:up|down|flat)|number)\s*\\?[\"'\u201c\u201d`]\s*:",
    r"\\u00(?:22|7b|7d)",
    r"\b(?:score|sentiment|confidence|relevance)\s*(?:=|:|->|=>)\s*[-+]?(?:1(?:\.0*)?|0?\.\d+|nan|inf\w*|\d+e\d+)(?![\w.%]|\s?[-–]\s?\d)",
    r"\b(?:score|sentiment)\s*={1,2}\s*[-+]?\d", r"[\]}]\s*[,;]?\s*[{\[]\s*[\"']", r"[\"']\s*[}\]]+\s*[,;]?\s*[{\[\"']", r"\{\s*[\"']\w+[\"']\s*:",
)  # fmt: skip
_LANGUAGES = (
    r"\bignore[zrs]?\s+(?:toutes?\s+|tous\s+)?(?:les|vos|tes|ces)\s+(?:\w+\s+){0,2}?(?:instructions?|consignes?|r[eè]gles|directives)\b",
    r"\boublie[zrs]?\s+(?:toutes?\s+|tous\s+)?(?:les|vos|tes)\s+(?:instructions?|consignes?|r[eè]gles)\b",
    r"\bignorier(?:e|en|t)\s+(?:sie\s+)?(?:bitte\s+)?(?:alle[ns]?\s+|die\s+|deine\s+|ihre\s+)*(?:\w+\s+)?(?:anweisung|vorgabe|instruktion|regel|befehl)\w*",
    r"\bvergiss\s+(?:alle[ns]?\s+|die\s+|deine\s+)*(?:\w+\s+)?(?:anweisung|vorgabe|regel)\w*",
    r"\b(?:ignor[ae]|olvida|olvide|esquece|esque[çc]a|descarta)\s+(?:tod[oa]s\s+)?(?:las|os|as|sus|tus|suas|le|tutte\s+le)\s+(?:\w+\s+)?(?:instruc|instru[çc]|istruzion|regl|reglas|regra|regol|[óo]rden|indica)\w*",
    r"\bnegeer\s+(?:alle\s+)?(?:\w+\s+)?(?:instructies|regels)\b", r"\bzignoruj\s+(?:\w+\s+){0,2}(?:instrukcj|polece)\w*",
    r"\bönceki\s+(?:tüm\s+)?talimat\w*\s+(?:\w+\s+)?yok\s*say", r"\babaikan\s+(?:semua\s+)?(?:instruksi|perintah)\b",
    r"(?:игнориру(?:й|йте)|забудь(?:те)?|ігноруй(?:те)?)\s+(?:\w+\s+){0,2}?(?:инструкци|указани|правил|команд|інструкці)\w*",
    r"(?:忽略|无视|無視|忘记|忘記|不要理会|忽視).{0,8}(?:指示|指令|说明|說明|规则|規則|提示|命令)",
    r"(?:指示|命令|ルール|プロンプト)\s*(?:を|は).{0,6}(?:無視|忘れ)", r"(?:지시|명령|규칙|프롬프트).{0,8}(?:무시|잊)",
    r"(?:تجاهل|انس)\s+(?:\w+\s+){0,2}?(?:التعليمات|الأوامر|القواعد|تعليمات)", r"(?:התעלם|התעלמי)\s+(?:\w+\s+){0,2}?(?:מההוראות|הוראות)",
    r"(?:पिछले|सभी|पूर्व)\s+(?:\S+\s+){0,2}?(?:निर्देश|निर्देशों)\s+(?:\S+\s+){0,2}?(?:अनदेखा|नज़रअंदाज|भूल|नजरअंदाज)",
    r"\bbỏ\s+qua\s+(?:\w+\s+){0,3}(?:hướng\s+dẫn|chỉ\s+dẫn)",
)  # fmt: skip
_TO_A_MODEL = _any(*_ENGLISH, *_TOKENS, *_JSON, *_LANGUAGES)
_PLAIN_ENGLISH = _any(*_ENGLISH)

_BASE64 = re.compile(r"(?<![\w+/=])[A-Za-z0-9+/_-]{20,}={0,2}(?![\w+/=])")
_CODES = _any(
    r"(?<!\w)(?:0x)?(?=[0-9]*[a-f])(?=[a-f]*[0-9])(?:[0-9a-f]{2}){12,}(?!\w)",
    r"\b(?=(?:[0-9a-f]{2}[\s:]+){7})(?:[0-9]{2}[\s:]+){0,40}(?:[0-9][a-f]|[a-f][0-9a-f])[\s:]+(?:[0-9]{2}[\s:]+){0,40}(?:[0-9][a-f]|[a-f][0-9a-f])\b", r"(?:\b[01]{8}\b\s*){3,}",
    r"(?:\\x[0-9a-f]{2}){3,}", r"(?:\\u[0-9a-f]{4}){3,}", r"(?:%[0-9a-f]{2}){4,}", r"(?:&#x?[0-9a-f]{2,6};){3,}",
    r"(?:(?<![^\s])[.-]{1,5}(?![^\s])[\s/]+){6,}", r"\b(?:decode|base64|rot-?13|b64decode|atob)\b\s*[:(\"'].{4,}",
)  # fmt: skip
_SPACED = re.compile(r"(?<!\w)(?:\w[ ._*-]){5,}\w(?!\w)")
_LEET = str.maketrans("013457@$", "oieastas")
_MARKUP = _any(
    r"<\s*[/!]?\s*[a-z][^<>]{0,200}>", r"<!--", r"\]\(\s*\S", r"!\[", r"```", r"\bhttps?://", r"\b(?:javascript|data|file|vbscript):\S",
    r"&(?:lt|gt|quot|amp|#\d+|#x[0-9a-f]+);", r"\{\{.{0,80}\}\}", r"\$\{.{0,80}\}",
)  # fmt: skip


def speaks_to_a_model(text: str) -> bool:
    """Whether the text gives orders to a model, imitates its prompt or answers in its place.

    `text`: one line of NFKC.
    """
    return _TO_A_MODEL.search(text) is not None


def is_encoded(text: str) -> bool:
    """Whether the text holds base64, hexadecimal or escapes, or orders that are turned around, shifted or spelt out."""
    if _CODES.search(text) or any(_is_base64(blob) for blob in _BASE64.findall(text)):
        return True
    return any(_PLAIN_ENGLISH.search(reading) for reading in _readings(text))


def has_markup(text: str) -> bool:
    """Whether the text holds tags, links, fences or placeholders."""
    return _MARKUP.search(text) is not None


def _is_base64(blob: str) -> bool:
    """A long run with capitals inside, small letters and digits or padding: no word of a language looks so."""
    turns = sum(a.islower() and b.isupper() for a, b in pairwise(blob))
    signs = any(c.isdigit() for c in blob) or blob.endswith("=") or len(blob) >= 40
    return turns >= 3 and signs and any(c.islower() for c in blob) and "-" not in blob.strip("-")


def _readings(text: str) -> Sequence[str]:
    """Other ways to read a text: shifted by 13, backwards, digits as letters, spelt letters as words."""
    spelt = _SPACED.sub(lambda found: re.sub(r"[ ._*-]", "", found.group()), text)
    others = (codecs.encode(text, "rot13"), text[::-1], text.translate(_LEET), spelt)
    return [reading for reading in others if reading != text]
