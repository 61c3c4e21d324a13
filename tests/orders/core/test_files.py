"""Files on documents: kept once, opened by who may, refused with a reason."""

import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from omc.lib.errors import InvalidInput, NotFound
from orders.core.models import Attachment, Notification
from orders.core.services import files, notes
from orders.core.services.messages.writing import File
from tests.factories import OrderFactory, ProductFactory, make_actor, make_company, make_user

PHOTO = File(filename="damage.jpg", content=b"\xff\xd8 photo", content_type="image/jpeg")


def order_of(company):
    return OrderFactory(company=company, confirmed=True, items=[(ProductFactory(company=company), 5, "10.00")])


@pytest.mark.django_db
def test_a_file_is_kept_once_and_watchers_hear_of_it():
    company = make_company()
    order, watcher, actor = order_of(company), make_actor(company, "csr"), make_actor(company, "csr")
    notes.watch(subject_type="order", subject_id=order.pk, actor=watcher)
    about = {"subject_type": "order", "subject_id": order.pk}

    (first,) = files.keep_files(**about, files=[PHOTO], actor=actor)
    again = files.keep_files(**about, files=[PHOTO, File("note.txt", b"text", "text/plain")], actor=actor)

    assert again[0] == first
    assert Attachment.objects.count() == 2
    assert first.file.read() == PHOTO.content
    told = Notification.objects.filter(user_id=watcher.user_id).order_by("pk").values_list("text", flat=True)
    assert ["damage.jpg" in words for words in told] == [True, False]
    assert not Notification.objects.filter(user_id=actor.user_id).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ([], "Choose a file"),
        ([File("empty.txt", b"")], "empty.txt is empty"),
        ([PHOTO, File("big.bin", b"0" * (files.LARGEST_BYTES + 1))], "larger than 20 MB"),
        ([PHOTO] * (files.MOST_AT_ONCE + 1), "At most 10"),
    ],
)
def test_what_is_wrong_is_said_and_none_is_kept(sent, why):
    company = make_company()
    order = order_of(company)
    with pytest.raises(InvalidInput, match=why):
        files.keep_files(subject_type="order", subject_id=order.pk, files=sent, actor=make_actor(company, "csr"))
    assert not Attachment.objects.exists()


@pytest.mark.django_db
@pytest.mark.slow
def test_its_screen_and_rest_are_for_who_may(client):
    company = make_company()
    order = order_of(company)
    other = order_of(make_company())
    worker = make_user(company, "warehouse")
    client.force_login(worker)

    def send(row, name="damage.jpg", content=PHOTO.content, **headers):
        sent = {"files": SimpleUploadedFile(name, content)}
        return client.post(f"/notes/customer/{row.customer_id}/files/", sent, headers=headers)

    assert send(other).status_code == 404
    desk = make_user(company, "csr")
    client.force_login(desk)
    assert send(order).status_code == 302
    refused = send(order, content=b"", **{"HX-Request": "true"})
    assert (refused.status_code, "damage.jpg is empty" in refused.text) == (422, True)
    kept = Attachment.objects.get()
    page = client.get(f"/notes/customer/{order.customer_id}/", headers={"HX-Request": "true"})
    assert f"/files/{kept.pk}/" in page.text
    answer = client.get(f"/files/{kept.pk}/")
    assert (b"".join(answer.streaming_content), answer["Content-Type"]) == (PHOTO.content, "image/jpeg")
    assert "attachment" in answer["Content-Disposition"]

    url = f"/api/v1/files/order/{order.pk}/"
    made = client.post(url, {"file": SimpleUploadedFile("plan.pdf", b"%PDF")})
    assert (made.status_code, made.json()["content_type"]) == (201, "application/pdf")
    assert [row["filename"] for row in client.get(url).json()["results"]] == ["plan.pdf"]
    bytes_ = client.get(f"/api/v1/files/{made.json()['id']}/")
    assert b"".join(bytes_.streaming_content) == b"%PDF"
    assert client.post(url, {"file": SimpleUploadedFile("none.pdf", b"")}).status_code == 422

    client.force_login(worker)  # a file may tell prices; one's own does not surprise
    assert client.get(f"/files/{kept.pk}/").status_code == 403
    mine = client.post(url, {"file": SimpleUploadedFile("bent.jpg", b"bent")}).json()
    assert client.get(f"/files/{mine['id']}/").status_code == 200
    client.force_login(make_user(make_company(), "admin"))
    assert client.get(f"/files/{kept.pk}/").status_code == 404
    with pytest.raises(NotFound):
        files.keep_files(
            subject_type="order", subject_id=order.pk, files=[PHOTO], actor=make_actor(make_company(), "csr")
        )


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_double_click_keeps_it_once():
    company = make_company()
    order, actor = order_of(company), make_actor(company, "csr")
    gate = threading.Barrier(2)

    def put():
        gate.wait()
        try:
            files.keep_files(subject_type="order", subject_id=order.pk, files=[PHOTO], actor=actor)
        finally:
            connection.close()

    both = [threading.Thread(target=put) for _ in range(2)]
    [each.start() for each in both]
    [each.join() for each in both]
    assert Attachment.objects.count() == 1
