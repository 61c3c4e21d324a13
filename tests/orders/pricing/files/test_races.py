"""Two people publish at once: one version, and the other is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from omc.lib import clock
from omc.lib.errors import DomainError
from orders.pricing.files.models import PriceFile
from orders.pricing.models import PriceList
from tests.orders.pricing.files.test_price_files import Scene


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_file_and_another_of_the_same_list_make_one_version():
    scene = Scene()
    day = clock.today() + timedelta(days=2)
    files = [scene.open(content, valid_from=day) for content in (b"sku,price\nNUT,3\n", b"sku,price\nNUT,4\n")]

    def publish(file: PriceFile) -> str:
        try:
            scene.publish(file)
        except DomainError as refusal:
            return refusal.code
        finally:
            connection.close()
        return "published"

    with ThreadPoolExecutor(4) as pool:
        said = sorted(pool.map(publish, [files[0], files[1], files[0], files[1]]))

    assert said.count("published") == 1
    assert set(said) <= {"published", "price_file_outdated", "price_file_published", "invalid_input"}
    assert PriceList.objects.filter(company=scene.company).count() == 2
    assert PriceFile.objects.filter(published_at__isnull=False).count() == 1
