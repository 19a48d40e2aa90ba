"""Sentences, words that say something, scenes of about one length."""

import re

# Words that every story has.
COMMON = set(
    "a an the and but or if then than as at by for from in into of on to with be am is are was were been being do does did "
    "doing done no not such that this these those there here it its he him his she her they them their we us our you your i "
    "me my will who whom whose what which when where why how have has had would could should can may might must very so all "
    "one out up down about over some more just like know get got going go come came said say says yeah okay well oh right "
    "think thing things see look really want make let good time".split()
)


def content(text):
    """Its words that say something, in order."""
    return [word for word in re.findall(r"[a-z][a-z'\-]+", text.lower()) if word not in COMMON and len(word) > 2]


def sentences(text):
    found = re.split(r"(?<=[.!?…])[\"”')]*\s+", text)
    return [sentence.strip() for sentence in found if sentence.strip()]


def scenes(turns, characters):
    """Numbered turns that follow each other, until they are so long together."""
    cut, some, size = [], [], 0
    for turn in turns:
        some.append(turn)
        size += len(turn[1]) + 1
        if size >= characters:
            cut.append(some)
            some, size = [], 0
    return [*cut, some] if some else cut


def joined(some):
    return "\n".join(text for _, text in some)


def untokenized(text):
    """Without the spaces that a tokenizer left before signs and within shortened words."""
    text = re.sub(r"\s+([,.!?;:)])", r"\1", text).replace("( ", "(")
    return re.sub(r"\s+(n't|'(?:s|m|re|ve|ll|d))\b", r"\1", text)
