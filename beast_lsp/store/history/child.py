"""The batch process for what risks are set against; one of its own, so that it never keeps the index waiting."""

from pathlib import Path

from beast_lsp import paths
from beast_lsp.engine.quality.judge import load_models
from beast_lsp.store.history.build import update_standing
from beast_lsp.store.index.child import Reporter, main
from beast_lsp.store.index.job import Job
from beast_lsp.store.index.locks import exclusive

_IDLE_SECONDS = 1.0  # Its jobs are rare, and what it loads is large.


def run(job: Job, _report: Reporter) -> None:
    """Brings the standing of a folder up to date. Raises ModelError or OSError."""
    home, folder = Path(job.home), Path(job.folder)
    if not folder.is_dir():
        return  # The disk may come back; what is known stays until then.
    models = load_models(paths.models_folder())
    with exclusive(home / f"{job.kind}.lock"):
        update_standing(folder, home, job.options, models)


if __name__ == "__main__":
    main(run, _IDLE_SECONDS)
