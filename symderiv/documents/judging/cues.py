"""Words before a second definition of a name: whether it is meant anew, follows, or recalls the first.

Input: the text before a formula.  Output: its last words, those that matter of other languages in English.
"""

from __future__ import annotations

import re

#: What is said now is of its own.
CUES = frozenset(
    "let define defined consider suppose instead denote assume assuming now redefine set choose "
    "introduce pose posit alternatively example another version variant alternative modified "
    "notation convention versions variants parametrization parameterization libraries".split()
)
#: Behind these, what a cue before them says is over.
FOLLOWS = frozenset("so then thus hence therefore gives yields implies".split())
RECALLS = frozenset(
    "recall remember again recap earlier previously summary summarize summarise above".split()
)
#: How many words tell; how many characters, in writing without spaces.
_COUNT, _SHORT = 25, 80
_UNSPACED = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
#: The same in other languages: of Europe, Chinese, Japanese, Korean.
_ABROAD = (
    (re.compile(
        r"\b(?:seien?|definier\w*|betrachte\w*|angenommen|stattdessen|bezeichn\w*|nun|jetzt|setzen?|wähle\w*|"
        r"alternativ\w*|beispiel\w*|andere[nrsm]?|weitere[nrsm]?|neue[nrsm]?|varianten?|"
        r"so(?:it|ient)|posons|définis\w*|considér\w*|supposons|supposant|notons|maintenant|choisis\w*|exemple|autres?|"
        r"nouve(?:au|lle)s?|se(?:a|an|ja|jam)|defin(?:imos|ida|ido|e|a|ir|indo|iendo)|consider(?:iamo|amos|emos|ando|e)|supong\w*|suponh\w*|"
        r"ahora|agora|ejemplos?|exemplos?|otr[oa]s?|outr[oa]s?|nuev[oa]s?|nov[oa]s?|"
        r"sia(?:no)?|pon(?:iamo|endo)|definiamo|supponiamo|denot(?:iamo|amos|emos)|adesso|esempi[oi]?|altr[oaie]|nuov[oaie]|"
        r"пусть|обознач\w*|определ\w*|рассмотр\w*|теперь|предполож\w*|например|друг\w*|нов\w+)\b|"
        r"令|设|設|定义|定義|考虑|考慮|考え|假设|假設|仮定|现在|現在|例如|例えば|另外|另一|换成|改为|改為|改用|"
        r"とおく|とする|別の|新しい|정의|라고 하|고려|가정|이제|예를 들|다른"
    ), " define "),
    (re.compile(
        r"\b(?:dann|daher|somit|folglich|donc|alors|ainsi|entonces|luego|por (?:lo )?tanto|assim|"
        r"portanto|logo|quindi|allora|dunque|поэтому|тогда|следовательно)\b|"
        r"则|則|所以|因此|从而|故|よって|従って|したがって|따라서|그러므로"
    ), " so "),
    (re.compile(
        r"\b(?:erinner\w*|zuvor|zusammenfass\w*|rappel\w*|précédemment|ci-dessus|recuerd\w*|recordar\w*|resum\w*|"
        r"lembr\w*|ricord\w*|вспомн\w*|напомн\w*|выше)\b|回顾|回顧|回忆|之前|前面|まとめ|先ほど|앞서|요약"
    ), " recall "),
)  # fmt: skip


def words_before(text: str) -> list[str]:
    """The last words of a text, in lower case, without signs."""
    text = text.lower()
    text = text[-_SHORT:] if _UNSPACED.search(text) else text
    for pattern, word in _ABROAD:
        text = pattern.sub(word, text)
    return [x.strip(".:;()") for x in text.replace(",", " ").split()][-_COUNT:]
