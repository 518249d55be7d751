"""As in production, save that nothing static was collected."""

from niagara.settings import *  # noqa: F403
from niagara.settings import STORAGES

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
