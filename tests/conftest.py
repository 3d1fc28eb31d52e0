"""What holds for every test: never the user's own files, and no verdict by the clock."""

import os

import pytest
from hypothesis import settings

# Before numpy is loaded: its threads wait for each other in a busy loop, which takes minutes on a busy machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# A busy machine is no fault of an example.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(autouse=True, scope="session")
def _a_home_of_its_own(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BEAST_LSP_HOME", str(tmp_path_factory.mktemp("home")))
        yield
