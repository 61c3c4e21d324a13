from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand

from omc.demo.seeding import seed


class Command(BaseCommand):
    help = "Open the demo company and play its last weeks through the services. Does nothing when it is there."

    def handle(self, *args: Any, **options: Any) -> None:
        started = perf_counter()

        def report(played: int) -> None:
            if played % 50 == 0:
                self.stdout.write(f"  {played} stories played, {perf_counter() - started:.0f} s")

        company = seed(report)
        if company is None:
            self.stdout.write("The demo company is there already.")
        else:
            self.stdout.write(f"{company.name} is ready after {perf_counter() - started:.0f} s.")
