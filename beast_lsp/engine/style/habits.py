"""Facts of habit: type annotations, error handling and the idioms that can be written in two ways."""

import re
from collections import Counter
from collections.abc import Mapping

from beast_lsp.engine.style.masking import Masked

Choices = tuple[tuple[str, re.Pattern[str]], ...]


def _choices(**sources: str) -> Choices:
    """`setting__value=pattern`, in the order in which a reader meets them."""
    return tuple((key.replace("__", ":"), re.compile(source, re.MULTILINE)) for key, source in sources.items())


# A pattern that begins with a literal is found some times faster than one that begins with a word boundary.
_HABITS: Mapping[str, Choices] = {
    "python": _choices(
        errors__specific=r"^[ \t]*except (?!Exception\b|BaseException\b)[\w.(]",
        errors__broad=r"^[ \t]*except (?:Exception|BaseException)\b",
        errors__bare=r"^[ \t]*except:",
        chained__yes=r"^[ \t]*raise [^\n]+ from (?!None)",
        chained__none=r"^[ \t]*raise [^\n]+ from None",
        paths__pathlib=r"Path\((?<=\bPath\()",
        paths__os_path=r"os\.path\.\w+\(",
        optional__bar=r"None(?:(?<=\| None)\b| \|)",
        optional__Optional=r"Optional\[",
        generics__builtin=r"\[(?:(?<=\blist\[)|(?<=\bdict\[)|(?<=\btuple\[)|(?<=\bset\[)|(?<=\btype\[))",
        generics__typing=r"\[(?:(?<=\bList\[)|(?<=\bDict\[)|(?<=\bTuple\[)|(?<=\bSet\[)|(?<=\bType\[))",
        output__logging=r"\.(?:(?<=log\.)|(?<=logger\.)|(?<=logging\.))(?:debug|info|warning|error|exception)\(",
        output__print=r"^[ \t]+print\(",
        format__percent=r"\x00 % [\w(]",
        format__method=r"\x00\.format\(",
        format__fstring=r"\x00(?<=[fF]\x00)",
        classes__dataclass=r"^[ \t]*@(?:dataclasses\.)?dataclass\b",
        classes__attrs=r"^[ \t]*@(?:attr\.s|attrs?\.define|define|frozen)\b",
        tests__functions=r"^(?:async )?def test_",
        tests__classes=r"^[ \t]+(?:async )?def test_",
        assertions__assert=r"^[ \t]+assert ",
        assertions__methods=r"self\.assert\w+\(",
    ),
    "javascript": _choices(
        functions__arrow=r"^[ \t]*(?:export )?const \w+ = (?:async )?\([^\n]*=> ?\{?",
        functions__function=r"^[ \t]*(?:export )?(?:async )?function\b",
        variables__const=r"^[ \t]*(?:export )?const ",
        variables__let=r"^[ \t]*(?:export )?let ",
        variables__var=r"^[ \t]*var ",
        promises__await=r"await ",
        promises__then=r"\.then\(",
        errors__catch=r"\} catch\b",
        errors__callback=r"\.catch\(",
        equality__strict=r" [!=]== ",
        equality__loose=r" [!=]= ",
        types__interface=r"^[ \t]*(?:export )?interface ",
        types__alias=r"^[ \t]*(?:export )?type \w+[^\n]* =",
        tests__it=r"^[ \t]*it(?:\.\w+)?\(\x00",
        tests__test=r"^[ \t]*test(?:\.\w+)?\(\x00",
        loops__of=r"for (?:await )?\((?:const|let) [^\n;]+ of ",
        loops__forEach=r"\.forEach\(",
    ),
    "go": _choices(
        errors__wrapped=r"fmt\.Errorf\([^\n]*, err\)",
        errors__returned=r"^[ \t]+return (?:[^\n]*, )?err$",
        errors__panic=r"^[ \t]+panic\(",
        compared__errors_is=r"errors\.(?:Is|As)\(",
        compared__equality=r"err [!=]= (?!nil)\w",
        condition__short=r"^[ \t]+if [\w, ]+ := [^\n]+; ",
        condition__apart=r"^[ \t]+if err != nil",
        empty__any=r"\bany\b",
        empty__interface=r"\binterface\{\}",
        tests__table=r"\bt\.Run\(",
        tests__functions=r"^func Test\w+\(",
    ),
    "rust": _choices(
        errors__operator=r"\)\?",
        errors__unwrap=r"\.unwrap\(\)",
        errors__expect=r"\.expect\(",
        errors__panic=r"panic!\(",
        conversions__into=r"\.into\(\)",
        conversions__from=r"::from\(",
        strings__to_string=r"\.to_string\(\)",
        strings__to_owned=r"\.to_owned\(\)",
    ),
    "java": _choices(
        errors__specific=r"\bcatch \((?:final )?(?!Exception\b|Throwable\b)\w",
        errors__broad=r"\bcatch \((?:final )?(?:Exception|Throwable)\b",
        variables__var=r"^[ \t]+(?:final )?var ",
        variables__typed=r"^[ \t]{8,}(?:final )?[A-Z][\w<>\[\], .]* \w+ = ",
        loops__stream=r"\.stream\(\)",
        loops__for=r"^[ \t]+for \(",
        override__annotated=r"^[ \t]*@Override\b",
    ),
    "c": _choices(
        errors__exceptions=r"\bthrow ",
        errors__codes=r"^[ \t]+return -(?:\d|E)",
        errors__goto=r"^[ \t]+goto \w*(?:err|fail|out|clean)",
        null__nullptr=r"\bnullptr\b",
        null__NULL=r"\bNULL\b",
        pointers__smart=r"\b(?:unique_ptr|shared_ptr)<",
        pointers__raw=r"\bnew \w",
        bracelines__same_line=r"^[ \t]*(?:if|for|while)\b[^\n]*\{$",
        bracelines__next_line=r"^[ \t]*(?:if|for|while)\b[^\n{;]*\n[ \t]*\{$",
    ),
}
_SIGNATURE = re.compile(
    r"^[ \t]*(?:async )?def \w+(?:\[[^\n\]]*\])?\(([^()]*(?:\([^()]*\)[^()]*)*)\)([ \t]*->)?", re.MULTILINE
)
_JS_SIGNATURE = re.compile(r"\bfunction\*? ?\w*(?:<[^\n(]*>)?\(([^()\n]+)\)(:)?")


def count(family: str, masked: Masked, counts: Counter[str]) -> None:
    """Counts the ways in which this file does what can be done in several."""
    code = masked.code
    for key, pattern in _HABITS.get(family, ()):
        if number := len(pattern.findall(code)):
            counts[key] += number
    if family == "python":
        _count_python_annotations(code, counts)
    elif family == "javascript":
        for parameters, returned in _JS_SIGNATURE.findall(code):
            counts["annotated.parameters:yes" if ":" in parameters else "annotated.parameters:no"] += 1
            counts["annotated.returns:yes" if returned else "annotated.returns:no"] += 1


def _count_python_annotations(code: str, counts: Counter[str]) -> None:
    """A signature without a parameter that could be annotated says nothing of parameters."""
    for parameters, returned in _SIGNATURE.findall(code):
        counts["annotated.returns:yes" if returned else "annotated.returns:no"] += 1
        own = [part for part in parameters.split(",") if part.strip(" \n\t*/") not in ("", "self", "cls")]
        if own:
            counts["annotated.parameters:yes" if ":" in parameters else "annotated.parameters:no"] += 1
