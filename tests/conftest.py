"""What holds for every test: no screen, a core and a state folder of its own, and random tests that are not timed."""

import os

import pytest
from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("NEUROLOOM_MEASURE", "0")
os.environ.setdefault("OMP_NUM_THREADS", "1")  # several tests at once on few cores: threads would wait for each other
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(scope="session", autouse=True)
def one_application(qapp):
    """Pictures make do with any application of Qt's, widgets do not: the one that serves both comes first."""
    return qapp


@pytest.fixture(scope="session", autouse=True)
def state_folder(tmp_path_factory):
    """Journals, preferences and notes of runs stay out of the user's own folder."""
    folder = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEUROLOOM_STATE", str(folder))
        yield folder
