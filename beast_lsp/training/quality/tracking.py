"""MLflow tracking, where it is installed (the extra `mlflow`): runs lie in the run's own folder."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from pathlib import Path


def track(run: Path, parameters: Mapping[str, object], figures: Mapping[str, Mapping[str, float]]) -> bool:
    """Logs parameters and figures as one run; False where MLflow is not installed."""
    if importlib.util.find_spec("mlflow") is None:
        return False
    mlflow = importlib.import_module("mlflow")
    mlflow.set_tracking_uri(f"sqlite:///{(run / 'mlflow.db').resolve()}")
    mlflow.set_experiment("fix-risk")
    with mlflow.start_run():
        mlflow.log_params(dict(parameters))
        for model, known in figures.items():
            mlflow.log_metrics({f"{model}/{name}": value for name, value in known.items()})
    return True
