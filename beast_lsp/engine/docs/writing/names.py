"""What a name says in English: "read_lines" is "read" and "lines"."""

from __future__ import annotations

import re

from beast_lsp.engine.languages.language import words

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")
VERBS = words(
    "filter index label list log map name sample level rank"
    " abort accept acquire activate adapt add adjust advance aggregate align allocate allow analyze announce annotate"
    " append apply approve arrange ask assemble assert assign attach authenticate authorize bind blend block boot"
    " break broadcast browse build bump calculate call cancel capture cast catch change check choose clamp classify"
    " clean cleanup clear clone close collapse collect combine commit compare compile complete compose compress"
    " compute concat concatenate configure confirm connect consolidate construct consume contain continue convert copy"
    " correct create crop cut deactivate debug decide declare decode decompress decrease decrement decrypt dedent"
    " deduplicate define delegate delete deliver denormalize deploy deregister derive describe deserialize destroy"
    " detach detect determine diff disable discard disconnect discover dispatch display dispose divide download draw"
    " drain drop dump duplicate edit emit enable encode encrypt end enforce enqueue ensure enter enumerate erase escape"
    " establish estimate evaluate evict examine exclude execute exit expand expect expire explain export expose extend"
    " extract fail feed fetch fill finalize find finish fire fix flatten flip flush fold follow forbid force forget"
    " count fork format forward freeze gather generate get give grant group grow guess halt handle hash"
    " hide highlight hold ignore"
    " import improve include increase increment indent infer inherit init initialize inject inline insert inspect"
    " install instantiate instrument interpolate interpret intersect introspect invalidate invert invoke isolate"
    " iterate join keep kill launch lay learn leave limit link listen load locate lock login logout look lookup lower"
    " maintain make mangle mark mask match materialize maximize measure merge migrate minimize mock"
    " modify monitor mount move multiply"
    " mutate narrow negotiate normalize notify obtain offer omit open optimize order organize override overwrite pack"
    " pad parse partition patch pause peek perform permit pick ping plan play plot poll pop populate post predict"
    " prefetch prepare prepend preserve pretty prevent print probe process produce prompt propagate protect prove"
    " provide prune publish pull purge push put query queue quit quote raise randomize read rebuild receive recognize"
    " recompute reconnect record recover redirect redo reduce refactor refer refine refresh refuse register reject"
    " release reload remove rename render reopen reorder repair repeat replace replay report represent request"
    " require reschedule reserve reset resize resolve respond restart restore restrict resume retrieve retry return"
    " reverse revert revoke rewind rewrite rollback rotate round route run sanitize save scale scan schedule score"
    " scroll search seek select send separate serialize serve set setup share shift show shrink shuffle"
    " shutdown simplify simulate skip slice sleep slugify smooth snap solve sort spawn specify split squash stage"
    " start stat stop store stream strip submit subscribe subtract suggest sum summarize supply suppress suspend swap"
    " switch sync synchronize tag take tear teardown tell terminate test throw tick toggle tokenize touch trace track"
    " train transfer transform translate transpose traverse trigger trim truncate try unbind undo unescape unfold"
    " unify uninstall unlink unload unlock unmount unpack unquote unregister unset unsubscribe unwrap update upgrade"
    " upload use validate verify view visit wait wake walk warn wash watch weigh wrap write yield zip"
)
"""Verbs in their base form, as names of functions begin with them."""
# Nouns as often as verbs: last in a name, they are what it is about.
NOUNS = words(
    "access answer block break call cast change check clone copy count cut debug diff display drop dump edit end exit"
    " export feed filter fix fold force format grant group guess hash hold import index input insert join key kill"
    " label level limit link list load lock log look lookup map mark mask match measure merge mock move name notice"
    " order output override pack pad parse patch path pause pick ping plan play plot post print probe process prompt"
    " pull push query queue quote range rank read record redirect reference release repair repeat replay report request"
    " reset return reverse rollback rotate round route run sample save scale scan schedule score scroll search select"
    " sequence serve set setup share shift show size skip sleep slice snap sort split stage start stat state stop store"
    " stream sum swap switch sync tag take test text tick time title touch trace track train transfer transform trigger"
    " trim try type undo update upgrade upload use value view visit wait walk watch wrap zip value"
)
PREPOSITIONS = words(
    "about above after against all any as at before below between by during each every for from if in inside into of on"
    " once onto or out outside over per since than through to until up via when while with within without and but not"
    " sync async safely lazily recursively now again immediately twice only back first last"
)


def words_of(name: str) -> list[str]:
    """The words of a name, in lower case but for those of capitals only, such as "HTTP"."""
    found = _PARTS.findall(name.strip("_"))
    is_constant = name.isupper()
    return [one if one.isupper() and len(one) > 1 and not is_constant else one.lower() for one in found]


def phrase(name: str) -> str:
    """The words of a name, with blanks between them."""
    return " ".join(words_of(name))


def the(text: str) -> str:
    """A noun phrase with its article, unless it begins with a preposition or a word such as "all"."""
    first = text.partition(" ")[0]
    return text if not text or first.lower() in PREPOSITIONS or first in {"this", "the", "a", "an"} else f"the {text}"


def article(text: str) -> str:
    """A noun phrase with "a" or "an"."""
    first = text.partition(" ")[0]
    letter = first[:1]
    is_vowel = (
        letter in "FHILMNORSX" or letter in "AE" if first.isupper() and len(first) > 1 else letter.lower() in "aeio"
    )
    return f"{'an' if is_vowel else 'a'} {text}"


def third_person(verb: str) -> str:
    """The third person of a verb: "parses" of "parse"."""
    if verb.endswith(("s", "sh", "ch", "x", "z", "o")):
        return f"{verb}es"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}s"


def imperative(text: str) -> str:
    """A first line in the imperative: "Return the key." of "Returns the key."."""
    first, blank, rest = text.partition(" ")
    verb = _BASES.get(first.lower(), "")
    return f"{verb.capitalize()}{blank}{rest}" if verb else text


def is_verbal(text: str) -> bool:
    """Whether a first line begins with a verb."""
    first = text.partition(" ")[0].lower().rstrip(".")
    return first in VERBS or first in _BASES


def sentence(text: str) -> str:
    """A text that begins with a capital and ends with a period; empty of an empty one."""
    text = text.strip()
    if not text:
        return ""
    return f"{text[0].upper()}{text[1:]}{'' if text[-1] in '.!?' else '.'}"


def listed(texts: list[str], last: str = "and") -> str:
    """Texts as an enumeration: "a, b and c"."""
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} {last} {texts[-1]}" if texts else ""


_BASES = {third_person(verb): verb for verb in sorted(VERBS)}
