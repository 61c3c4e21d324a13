"""Every mail leads to a page on which its reader chooses what they are told, and mail programs stop a kind by one click."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from omc.accounts.models import User
from omc.lib.actor import Actor, system
from omc.lib.errors import InvalidInput, NotFound, PermissionRefused
from orders.core.links.addresses import path_of
from orders.core.links.services import issue_link, withdraw_link
from orders.core.models import Change, Contact, CustomerLink, Message, MessageChoice, Order
from orders.core.services.messages import choose_messages, send_message, send_waiting
from tests.factories import ContactFactory, OrderFactory, make_actor, make_company
from tests.orders.entry.test_races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(settings, tmp_path: Path) -> Order:
    settings.MEDIA_ROOT, settings.PUBLIC_URL = tmp_path, "https://orders.example"
    order = OrderFactory(confirmed=True)
    order.contact = ContactFactory(customer=order.customer, name="Ann Miller", email="ann@example.com")
    order.save()
    return order


def sent(order: Order, kind: str, contact: Contact | None) -> mail.EmailMessage:
    send_message(
        key=f"test:{kind}:{contact}", template=kind, about=order, recipient="ann@example.com", subject="S", body="B",
        contact=contact, actor=system("test", order.company_id),
    )  # fmt: skip
    send_waiting()
    return mail.outbox[-1]


def page_of(order: Order) -> str:
    return path_of(issue_link("messages", order.contact, actor=system("test", order.company_id)))


def test_a_mail_leads_to_the_page_and_one_click_stops_its_kind_for_its_reader_alone(order: Order) -> None:
    other = ContactFactory(customer=order.customer, email="bob@example.com")
    letter = sent(order, "order_confirmed", order.contact)
    link = CustomerLink.objects.get()
    page = path_of(link)
    assert letter.extra_headers == {
        "List-Unsubscribe": f"<https://orders.example{page}stop/order_confirmed/>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert f"https://orders.example{page}" in letter.body
    assert f"https://orders.example{page}" in letter.alternatives[0][0]
    program = Client(enforce_csrf_checks=True)
    answers = [
        program.post(f"{page}stop/order_confirmed/", {"List-Unsubscribe": "One-Click"}).status_code
        for _twice in range(2)
    ]
    assert answers == [200, 200]
    choice = MessageChoice.objects.get()
    assert (choice.contact, choice.kind, choice.wish, choice.written_by) == (
        order.contact,
        "order_confirmed",
        "none",
        None,
    )
    assert not other.message_choices.exists()
    change = Change.objects.get()
    assert (change.after, change.job) == ({"Ann Miller, Order confirmed": "Not at all"}, "by the customer's page")
    clerk = Client()
    clerk.force_login(User.objects.get(pk=make_actor(order.company, "csr").user_id))
    assert "Their own choice" in clerk.get(reverse("core:message-choices", args=[order.contact_id])).content.decode()
    assert "Does not want:" in clerk.get(reverse("core:customer", args=[order.customer_id])).content.decode()


def test_looking_changes_nothing_and_neither_do_strangers_or_we(order: Order) -> None:
    page = page_of(order)
    stop = f"{page}stop/order_confirmed/"
    clerk, stranger = Client(), Client(enforce_csrf_checks=True)
    clerk.force_login(User.objects.get(pk=make_actor(order.company, "csr").user_id))
    one_click = {"List-Unsubscribe": "One-Click"}
    assert [
        stranger.get(stop).status_code,
        stranger.post(stop).status_code,  # some programs open every address
        stranger.post(stop.replace("order_confirmed", "nothing"), one_click).status_code,
        stranger.post(f"{page}save/", {"kinds": []}).status_code,  # without our token
        stranger.get(f"{page}save/").status_code,
        clerk.post(stop, one_click).status_code,
        stranger.post("/c/forged/stop/order_confirmed/", one_click).status_code,
    ] == [302, 302, 404, 403, 404, 403, 404]
    withdraw_link(page="messages", subject_id=order.contact_id, actor=make_actor(order.company, "csr"))
    assert stranger.post(stop, one_click).status_code == 404
    assert not MessageChoice.objects.exists()


def test_on_the_page_one_ticks_what_one_wants_and_invoices_are_no_choice(order: Order) -> None:
    client, page = Client(), page_of(order)
    shown = client.get(page).content.decode()
    assert "You always get it: The law wants you to have your invoices." in shown.replace("\n", " ")
    assert 'value="invoice"' not in shown
    ticked = ["promise_changed", "shipped"]
    assert client.post(f"{page}save/", {"kinds": ticked}).status_code == 302
    wishes = dict(MessageChoice.objects.values_list("kind", "wish"))
    assert "invoice" not in wishes
    assert "edi_receipt" not in wishes
    assert wishes["order_confirmed"] == "none"
    assert not wishes.keys() & set(ticked)  # as usual already
    client.post(f"{page}save/", {"kinds": [*ticked, "order_confirmed"]})
    assert MessageChoice.objects.get(kind="order_confirmed").wish == "email"
    kinds = Change.objects.count()
    client.post(f"{page}save/", {"kinds": [*ticked, "order_confirmed"]})
    assert Change.objects.count() == kinds


@pytest.mark.parametrize(
    ("kind", "with_contact", "page", "headers"),
    [("invoice", True, True, False), ("edi_receipt", True, False, False), ("shipped", False, False, False)],
)
def test_mails_that_are_no_choice_and_mails_to_nobody_we_know_offer_no_stop(
    order: Order, kind: str, with_contact: bool, page: bool, headers: bool
) -> None:
    letter = sent(order, kind, order.contact if with_contact else None)
    assert ("Choose what we tell you" in letter.body, bool(letter.extra_headers)) == (page, headers)
    assert CustomerLink.objects.count() == page


def test_a_contact_chooses_for_themselves_only_and_only_by_their_page(order: Order) -> None:
    other = ContactFactory(customer=order.customer)
    grants = frozenset({"orders.choose_own_messages"})

    def customer(contact: Contact, permissions: frozenset[str] = grants) -> Actor:
        return Actor(company_id=order.company_id, contact_id=contact.pk, permissions=permissions, channel="link")

    refused: list[tuple[Actor, str, type[Exception]]] = [
        (customer(other), "shipped", NotFound),
        (customer(order.contact, frozenset({"pricing.answer_quote"})), "shipped", PermissionRefused),
        (customer(order.contact), "invoice", InvalidInput),
        (customer(order.contact), "edi_receipt", InvalidInput),
        (make_actor(make_company(), "csr"), "shipped", NotFound),
        (make_actor(order.company, "warehouse"), "shipped", PermissionRefused),
    ]
    for actor, kind, refusal in refused:
        with pytest.raises(refusal):
            choose_messages(contact_id=order.contact_id, wishes={kind: "none"}, actor=actor)
    assert not MessageChoice.objects.exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_the_same_click_many_times_at_once_is_one_choice(settings) -> None:
    settings.PUBLIC_URL = "https://orders.example"
    contact = ContactFactory(customer=OrderFactory(confirmed=True).customer, email="ann@example.com")
    page = path_of(issue_link("messages", contact, actor=system("test", contact.customer.company_id)))

    def click() -> Callable[[], int]:
        return lambda: Client().post(f"{page}stop/shipped/", {"List-Unsubscribe": "One-Click"}).status_code

    assert at_once(*(click() for _program in range(4))) == [200, 200, 200, 200]
    assert (MessageChoice.objects.count(), Change.objects.count(), Message.objects.count()) == (1, 1, 0)
