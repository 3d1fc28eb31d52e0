"""What somebody gets who asks for a suggestion: the likeliest, however unlikely that is; nothing is held back."""

from collections.abc import Iterable, Sequence

from beast_lsp.engine.tokens import BREAK
from beast_lsp.router.backends.workspace.choice import Scored, best
from beast_lsp.router.backends.workspace.features import FEATURES, NEURAL_FEATURES
from beast_lsp.router.backends.workspace.guide import trust
from beast_lsp.router.backends.workspace.session import Option

_LINE_BREAK = len(FEATURES) + NEURAL_FEATURES.index("neural_following_break")


def alternatives(options: Sequence[Option], scored: Sequence[Scored], limit: int) -> list[Scored]:
    """At most `limit` candidates, none the beginning of another; `scored` are the options, judged.

    First comes the likeliest way to finish the line, or what would be shown unasked where no candidate can finish
    it; then what is likely to save most. Where a check may yet refuse the line, what would be shown unasked comes last.
    """
    left: Iterable[Scored] = scored
    found: list[Scored] = []
    unasked = best(scored)
    winner = _line(options, scored) or unasked
    while len(found) < limit and (winner := winner or best(left, price=0.0, bar=1.0)) is not None:
        text, left = winner.text, list(left)
        found.append(winner)
        left = [one for one in left if not (one.text.startswith(text) or text.startswith(one.text))]
        winner = None
    return found if unasked is None or unasked in found else [*found, unasked]


def _line(options: Sequence[Option], scored: Sequence[Scored]) -> Scored | None:
    """The candidate that is likeliest the whole rest of the line; None where none may be."""
    found, most = None, 0.0
    for option, one in zip(options, scored, strict=True):
        if len(one.text) > 1 and "\n" not in one.text:
            chance = one.probability * ends_line(option)
            if chance > most:
                found, most = one, chance
    return found


def ends_line(option: Option) -> float:
    """The probability that a line break follows a candidate, by both models where both have an opinion."""
    following = option.step.following
    workspace = sum(chance for token, chance in following.probabilities.items() if token[0] == BREAK)
    if option.step.opinion is None or option.features[_LINE_BREAK] < 0:
        return workspace
    weight = trust(following)
    return weight * workspace + (1 - weight) * option.features[_LINE_BREAK]
