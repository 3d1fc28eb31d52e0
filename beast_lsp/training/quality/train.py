"""Fits the models on the train part's earlier years, and compares them.

Two tests, both of rows that no model has seen: `across` leaves repositories of the train part out in turn and judges
their later years, and this decides what ships; `dev` judges the later years of the dev part and is only reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from beast_lsp.engine.history.past import PAST
from beast_lsp.engine.quality.features import FEATURES, RATES
from beast_lsp.training.corpus import part
from beast_lsp.training.quality.learners import LEARNERS, SEED
from beast_lsp.training.quality.prepare import Table

LAST_YEAR = 2020
"""Models learn from moments up to this year, whose labels end a year later, and are judged on later ones."""
FOLDS = 5


def of_part(table: Table, wanted: str) -> Any:
    """The rows (a mask) of one part of the split."""
    is_wanted = np.array([part(str(name)) == wanted for name in table.names])
    return is_wanted[table.repository]


def is_early(table: Table) -> Any:
    """The rows (a mask) that models may learn from, as far as time goes."""
    return table.years <= LAST_YEAR


def across(table: Table, names: Iterable[str] = LEARNERS) -> tuple[Table, Mapping[str, Any]]:
    """The later rows of the train part, with the logits of models that saw none of their repositories."""
    table = table.of(of_part(table, "train"))
    order = np.random.default_rng(SEED).permutation(len(table.names))
    late = ~is_early(table)
    logits = {name: np.full(len(table.labels), np.nan) for name in names}
    for fold in range(FOLDS):
        held_out = np.isin(table.repository, order[fold::FOLDS])
        known, judged = table.of(~held_out & ~late), held_out & late
        for name, found in logits.items() if judged.any() else ():
            found[judged] = LEARNERS[name](known).logits(table.of(judged))
    return table.of(late), {name: found[late] for name, found in logits.items()}


def without_past(table: Table, level: str) -> Table:
    """The same rows as they look where there is no history."""
    features = table.features.copy()
    for number, name in enumerate(FEATURES[level]):
        if name in RATES or name.removeprefix("past_").removeprefix("file_") in PAST:
            features[:, number] = np.nan
    return replace(table, features=features)
