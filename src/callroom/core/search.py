"""Finding rows by any part of what stands in them, Chinese too: texts become short overlapping tokens in an index.

A row with the token of every pair of characters in "王小明" is a candidate; whether the text really stands there is
checked on the text itself. Two characters are a token where words are not parted by spaces, three elsewhere: two
digits or letters would stand in a tenth of all rows; of numbers, of which everybody has one, four. The two characters
where one kind of writing meets the other ("路8") are a token as well: streets have many houses. The ends of words are
tokens too, so that the beginning of a token finds what is shorter than one. Who changes how tokens are made has all
rows filed anew (see migration 0032).
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from operator import add

# ideographs, kana, hangul: written without spaces
_WIDE = (
    r"\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff"
    r"\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUNS = re.compile(rf"([{_WIDE}]+)|([^\W_{_WIDE}]+)|[\W_]+")  # written without spaces, with them, and what parts words
LONGEST_TEXT = 1_000  # characters of one value that are searched
MOST_TERMS = 8
MOST_TOKENS = 3  # of a word are looked up, which lie apart: more find hardly less, and take longer
OF_NUMBERS = 4  # digits

# before tokens of numbers, of masked fields, of whole values, and of single characters of a name
NUMBER, MASKED, FACET, IN_NAME = "#", "@", "=", "~"


def plain(text: str) -> str:
    """The writing that is compared: wide and narrow, small and large letters are the same."""
    return unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).casefold()


def tokens_of(text: str) -> list[str]:
    """Tokens of a ``plain`` text."""
    tokens: list[str] = []
    last = ""
    for wide, narrow in _RUNS.findall(text):
        if not (word := wide or narrow):
            last = ""
            continue
        if last:
            tokens.append(last + word[0])
        last = word[-1]
        if wide:
            tokens += map(add, word, word[1:])
        elif len(word) > 1:
            tokens += map(add, map(add, word, word[1:]), word[2:])
            tokens.append(word[-2:])
        tokens.append(last)  # the last ones are shorter
    return tokens


def tokens_of_number(digits: str) -> list[str]:
    """From each digit on as many as a token has; the last ones are shorter."""
    return [digits[at : at + OF_NUMBERS] for at in range(len(digits))]


@lru_cache(maxsize=4096)  # most are of few: tags, stages, choices
def facet(kind: str, value: str) -> str:
    """The token of a whole value: a tag, an owner, what stands in a field."""
    return FACET + hashlib.blake2b(f"{kind}:{value}".encode(), digest_size=6).hexdigest()


@dataclass(frozen=True, slots=True)
class Term:
    """One word that is searched: ``text`` must stand there, which only rows with all ``tokens`` can fulfil. ``begins``:
    the word is shorter than a token, so that those count which begin with it."""

    text: str
    tokens: tuple[str, ...]
    begins: bool = False


def terms_of(query: str) -> list[Term]:
    """The words of what somebody typed; all of them must be found."""
    return [term(word) for word in plain(query).split()[:MOST_TERMS]]


def term(word: str) -> Term:
    """A word of ``plain`` text; without tokens where it holds neither letters nor digits."""
    tokens: list[str] = []
    shorter: list[str] = []
    last = ""
    for wide, narrow in _RUNS.findall(word):
        part, size = wide or narrow, 2 if wide else 3
        if last and part:
            tokens.append(last + part[0])
        last = part[-1:]
        if 0 < len(part) < size:
            shorter.append(part)
        tokens += [part[at : at + size] for at in range(len(part) - size + 1)]
    if tokens:  # what is too short to be looked up is found by reading
        return Term(word, _spread(list(dict.fromkeys(tokens))))
    longest = max(shorter, key=len, default="")
    return Term(word, (longest,) if longest else (), begins=bool(longest))


def number_term(digits: str) -> Term:
    """Some digits out of a number."""
    if len(digits) < OF_NUMBERS:
        return Term(digits, (digits,), begins=True)
    tokens = tokens_of_number(digits)[: 1 - OF_NUMBERS]
    return Term(digits, _spread(list(dict.fromkeys(tokens))))


def _spread(tokens: list[str]) -> tuple[str, ...]:
    """A few of them, the first and the last too."""
    if len(tokens) <= MOST_TOKENS:
        return tuple(tokens)
    last = len(tokens) - 1
    return tuple(tokens[last * n // (MOST_TOKENS - 1)] for n in range(MOST_TOKENS))


def characters_of(name: str) -> Iterator[str]:
    """A name's characters as tokens, by which one alone is found."""
    return (IN_NAME + c for c in set(plain(name)) if c.isalnum())


def marked(mark: str, tokens: Iterable[str]) -> Iterator[str]:
    return map(mark.__add__, tokens)
