from typing import Any

from django.core.management.base import BaseCommand

from orders.core.reference import load_reference


class Command(BaseCommand):
    help = "Bring every company's reference data up to this version of the program."

    def handle(self, *args: Any, **options: Any) -> None:
        load_reference()
