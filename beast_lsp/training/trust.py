"""Fits how much the workspace's opinion counts beside the completion model's (`guide.trust`).

    python -m beast_lsp.training.trust CHECKOUTS PRIORS MODELS [--cases 6]

At every lexical border of function bodies of train repositories, what each model gave to the token that was written is
noted; the weights are those under which the mixture finds the text likeliest. Prints them, and the mean negative
log-likelihood of a token by each model alone, by the mixture with the shipped weights, and with the fitted ones.
"""

import argparse
import asyncio
from collections.abc import Iterator
from math import exp
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from beast_lsp.engine.document import Document, Position, split_lines
from beast_lsp.engine.ngram.prior import Prior
from beast_lsp.engine.tokens import break_token, indent_width, line_tokens, token_columns
from beast_lsp.replay.cases import Case
from beast_lsp.router.backends.neural.reader import Place, Reader
from beast_lsp.router.backends.workspace.guide import WEIGHTS, trust_features
from beast_lsp.router.backends.workspace.session import Knowledge, Neural, Session
from beast_lsp.training.corpus import REPLAYED, is_permissive, part
from beast_lsp.training.replays import known_of, load_neural, opened

Row = tuple[float, float, tuple[float, ...]]
"""The probability of what was written, by the workspace and by the model, and what trust depends on."""
_FLOOR = 1e-6
_PENALTY = 1e-4


def main() -> None:
    """Runs the stage from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkouts", type=Path)
    parser.add_argument("priors", type=Path, help="folder of priors made without the repositories replayed here")
    parser.add_argument("models", type=Path, help="folder of the completion model")
    parser.add_argument("--cases", type=int, default=6, help="functions of each repository")
    options = parser.parse_args()
    neural, rows = load_neural(options.models), list[Row]()
    for family, names in REPLAYED.items():
        prior = Prior(options.priors / f"prior-{family}.npz")
        for name in names:
            folder = options.checkouts / name.replace("/", "__", 1)
            if part(name) == "train" and is_permissive(folder):
                rows += asyncio.run(_rows(folder, family, options.cases, prior, neural))
                print(f"{name}: {len(rows):,} tokens", flush=True)
    report(rows)


async def _rows(checkout: Path, family: str, count: int, prior: Prior, neural: Neural) -> list[Row]:
    async with opened(checkout, family, count) as (chosen, index):
        return [row for case in chosen for row in _borders(case, known_of(case, index, family, prior), neural)]


def _borders(case: Case, knowledge: Knowledge, neural: Neural) -> Iterator[Row]:
    """What both say at each lexical border of a body."""
    session, reader = Session(), Reader(neural.model, neural.prompts)
    body = split_lines(case.before + case.body)
    first = case.start.line
    for number in range(first, len(body)):
        line = body[number].rstrip("\r\n")
        for _, _, column in token_columns(line):
            if number == first and column <= case.start.column:
                continue
            lines = [*body[:number], line[:column] + "\n", *split_lines(case.after)]
            document = Document(case.uri, case.language, 1, lines, case.folder / case.path, case.folder)
            position = Position(number, column)
            # Where a word ends, the cursor touches it: a blank after it would be typed next, or belongs to the token.
            cursor, sources, _ = session.read(document, position, None, knowledge)
            seen = sources.after((*cursor.context, cursor.partial) if cursor.partial else cursor.context)
            token = _next_token(body, number, column, session.unit)
            if token is None:
                continue
            place = Place(document, number, line[:column], session.unit)
            scores = _scores(reader, place, neural.model.subwords.encode(token))
            if scores is not None:
                yield seen.probabilities.get(token, 0.0), exp(sum(scores)), trust_features(seen)


def _scores(reader: Reader, place: Place, path: tuple[int, ...]) -> list[float] | None:
    """What the model gives each id of `path` at a place, after it has read as much as it needs."""
    for _ in range(2):
        with reader.at(place, tuple) as ahead:
            if ahead is not None:
                return ahead.score(path)
        reader.catch_up(lambda: False)
    return None


def _next_token(lines: list[str], number: int, column: int, unit: str) -> str | None:
    """The lexical token that follows a border; None at the end."""
    line = lines[number].rstrip("\r\n")
    here, words = len(line_tokens(line[:column])), line_tokens(line)
    if here < len(words):
        return words[here]
    following = next((row for row in range(number + 1, len(lines)) if lines[row].strip()), None)
    if following is None:
        return None
    before, after = indent_width(line, unit), indent_width(lines[following], unit)
    return break_token(following - number - 1, before, after, unit)


def report(rows: list[Row]) -> None:
    """Prints the fitted weights and what they are worth."""
    workspace = np.array([row[0] for row in rows])
    model = np.array([row[1] for row in rows])
    features = np.array([row[2] for row in rows])
    workspace_knows = features[:, 3] > 0

    def loss(weights: Any) -> float:
        strength = np.clip(features @ np.asarray(weights), -40, 40)
        share = np.where(workspace_knows, 1.0 / (1.0 + np.exp(-strength)), 0.0)
        return float(-np.log(share * workspace + (1 - share) * model + _FLOOR).mean())

    def penalised(weights: Any) -> float:
        # Without it the weights grow without end, for a little less loss here and more elsewhere.
        return loss(weights) + _PENALTY * float((np.asarray(weights) ** 2).sum())

    found = minimize(penalised, np.zeros(len(WEIGHTS)), method="L-BFGS-B")
    print(f"{len(rows):,} tokens; nats a token:")
    print(f"workspace alone {-np.log(workspace + _FLOOR).mean():.4f}, model alone {-np.log(model + _FLOOR).mean():.4f}")
    print(f"both, shipped weights {loss(WEIGHTS):.4f}, fitted {loss(found.x):.4f}")
    print("weights", tuple(round(float(value), 3) for value in found.x))


if __name__ == "__main__":
    main()
