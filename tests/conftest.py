"""What every test starts from: the shared fixtures, a clean environment, and what the machine offers."""

import os

from hypothesis import settings

from tests.provision import CHROMIUM, POSTGRES

pytest_plugins = [
    "tests.postgres",
    "tests.databases",
    "tests.chromium",
    "tests.serving",
    "tests.service.postbox",
]

# How long an example takes says more about the machine than about the code; CI tries the same ones each time.
# Half as many as usual: what hypothesis looks for here, tables and walks over every state look for too.
settings.register_profile(
    "handrail", max_examples=50, deadline=None, derandomize=os.environ.get("CI") == "true"
)
settings.load_profile("handrail")


def pytest_configure(config):
    for name in [name for name in os.environ if name.startswith("HANDRAIL_")]:
        del os.environ[name]


def pytest_report_header(config):
    found = {program.name: program.find() for program in (POSTGRES, CHROMIUM)}
    return [f"{name}: {where or 'not on this machine'}" for name, where in found.items()]
