"""Make the compiled form of every catalog anew: run it after a catalog was changed."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from omc.lib.catalogs import compiled


class Command(BaseCommand):
    help = "Compile the catalogs of what customers read (omc/locale/*/LC_MESSAGES/django.po)."

    def handle(self, *args: Any, **options: Any) -> None:
        for written in sorted(Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/django.po")):
            written.with_suffix(".mo").write_bytes(compiled(written.read_text(encoding="utf-8")))
            self.stdout.write(f"{written.parent.parent.name}: compiled")
