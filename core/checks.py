"""System check: private files must not lie where a web server serves them to anybody."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

# Where Wagtail puts documents, original images and avatars, below the root of the storage.
PRIVATE_FOLDERS = ("documents", "original_images", "avatar_images")


def register_checks() -> None:
    """Let Django run the check at every start."""
    register(check_public_folder)


def check_public_folder(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Return an error when private files of an earlier release are still among the public ones."""
    public, private = Path(settings.MEDIA_ROOT), Path(settings.PRIVATE_ROOT)
    found = [str(public / name) for name in PRIVATE_FOLDERS if (public / name).exists()]
    hint = f"Move them: mkdir -p {private} && mv {' '.join(found)} {private}/"
    return [Error(f"Anybody can read private files in {public}.", hint=hint, id="core.E001")] if found else []
