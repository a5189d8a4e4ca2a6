"""Statements that give orders to a model are not handed to one; their words can still be quoted.

A list of forms is never complete, so nothing rests on this alone: whatever a model writes, under
orders or not, has to hold against the statements. What the list adds is that an order's own words
("say that he resigned") can't serve as their own evidence.
"""

from __future__ import annotations

import re
import unicodedata

_IGNORE = (
    r"ignor|disregard|forget|overrid|overrul|bypass|neglect|ignorier|vergiss|oubli|ignora|olvid"
    r"|dimentica|negeer"
)
_ABOVE = (
    r"above|previous|prior|earlier|preceding|all|any|your|these|the|system|vorherig|obig|alle"
    r"|pr[eé]c[eé]dent|toutes?|anterior|todas?|precedent|tutt|bisherig|eerdere"
)
_RULES = (
    r"instructions?|prompts?|rules?|directives?|guidelines?|orders?|constraints?|context"
    r"|statements?|anweisung\w*|regeln?|consignes?|instrucciones|reglas|istruzioni|training"
    r"|everything above|what (?:you were|i) told"
)
_IMPERATIVE = r"(?:^|[.!?:;>*\]}\"“\n-]\s*|\b(?:must|please|then|now|instead,?)\s+)"
_FORMS = re.compile(
    rf"\b(?:{_IGNORE})\w*\b[^.!?\n]{{0,40}}\b(?:{_ABOVE})\w*\b[^.!?\n]{{0,40}}\b(?:{_RULES})"
    rf"|\b(?:{_IGNORE})\w*\b[^.!?\n]{{0,20}}\b(?:{_RULES})"
    rf"|\b(?:{_IGNORE})\w*\s+(?:everything|all|anything|what)\b[^.!?\n]{{0,30}}\b"
    r"(?:above|before|said|told|written)"
    r"|\b(?:new|updated?|real|actual|additional|secret|hidden)\s+(?:system\s+)?"
    r"(?:instructions?|prompt|directives?|orders?)\b"
    r"|\b(?:system|developer)\s*(?:prompt|message|override|note|instruction)"
    r"|\byou are (?:now|no longer|a|an)\b[^.!?\n]{0,40}\b"
    r"(?:ai|assistant|model|bot|dan|chatbot|pirate|jailbroken|unrestricted|mode)\b"
    r"|\b(?:as|dear|attention|hey|note to)\s+(?:an?\s+|the\s+|any\s+)?"
    r"(?:ai|language model|llm|assistant|chatbot|model|chatgpt|claude|gpt)\b"
    rf"|{_IMPERATIVE}(?:reply|respond|answer|output|print|write|return|say|repeat)\b"
    r"(?:\s+(?:only|just|exactly|instead|always|simply|nothing))*\s+(?:with|the words?|the phrase"
    r"|the following|nothing|only|exactly|in the style|as if|that|verbatim|(?-i:[\"“'A-Z]{2}))"
    rf"|{_IMPERATIVE}(?:tell the user|inform the user|pretend|act as|role-?play)\b"
    r"|\b(?:reveal|show|leak|print|repeat|expose|disclose)\b[^.!?\n]{0,30}\b"
    r"(?:prompt|instructions?|rules|api[ _-]?keys?|password|secrets?)"
    r"|\b(?:jailbreak|do anything now|developer mode|god mode|prompt injection)\b"
    r"|\b(?:begin|end|start)\s+(?:of\s+)?(?:system|user|assistant|statements?|data|instructions?)\b"
    r"|\bthe (?:user|person) (?:has )?(?:asked|wants|authori[sz]ed|requested)\b"
    r"|\b(?:decode|base64|rot13|execute|eval)\b[^.!?\n]{0,40}\b(?:this|following|follow|obey)"
    r"|<\|?/?(?:im_start|im_end|system|user|assistant|statements?|s|inst|endoftext|data)\b[^>]*\|?>"
    r"|\[/?(?:inst|system|assistant)\]|<<\s*/?sys\s*>>|<!--|\{\{.*?\}\}"
    r"|^\s*#{2,}\s*(?:system|instruction)"
    r"|^\s*(?:system|assistant|user|human|ai)\s*:",
    re.IGNORECASE | re.MULTILINE,
)

# Letters of other scripts that look like Latin ones.
_LOOKALIKES = str.maketrans("аеорсухіјѕԁɡоАЕОРСУХІЈЅ0", "aeopcyxijsdgoAEOPCYXIJSo")


def gives_orders(text: str) -> bool:
    """Whether a text speaks to a model rather than to a person."""
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join(c for c in plain if unicodedata.category(c) not in {"Cf", "Mn"})
    if any(0xE0000 <= ord(c) <= 0xE007F for c in text):
        return True
    spaced = re.sub(r"\b(\w)(?:[ .\-_](?=\w\b))", r"\1", plain)
    return any(_FORMS.search(t) for t in (plain, plain.translate(_LOOKALIKES), spaced))
