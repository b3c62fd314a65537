"""What `docs/` gives to run without the application, loaded as a module."""

import importlib.util
from types import ModuleType

from django.conf import settings


def script(nom: str) -> ModuleType:
    """The script of that name."""
    specification = importlib.util.spec_from_file_location(nom, settings.BASE_DIR / "docs" / f"{nom}.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module
