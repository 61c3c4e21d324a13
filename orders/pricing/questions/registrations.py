"""What price questions add to the lists that core iterates."""

from functools import cache
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.errors import InvalidInput
from omc.lib.prepared import Prepared
from omc.lib.registry import (
    Action,
    CallOutcome,
    Command,
    DutyRule,
    HomeTask,
    Panel,
    SettingType,
    Subscriber,
    Todo,
    registry,
)
from orders.core.models import Company, Customer, Order, Product
from orders.core.selectors.home import SHOWN, customer_link, document_duties
from orders.pricing.questions import events, lists, machines  # noqa: F401  declares events and graph
from orders.pricing.questions.lists import ask_url
from orders.pricing.questions.models import PriceQuestion, QuestionState
from orders.pricing.questions.queue import QUESTION_DUTY, QUEUE
from orders.pricing.questions.selectors import DECIDE, question_list
from orders.pricing.questions.services.answering import VALID_DAYS
from orders.pricing.questions.services.asking import ANSWER_MINUTES, ask_price
from orders.pricing.questions.services.following import follow_document
from orders.pricing.services.typed_prices import REASON_NEEDED

ASK = "pricing.write_quote"
MOVES_ON = (
    "quote_superseded", "quote_rejected", "quote_expired", "quote_converted", "order_confirmed", "order_cancelled",
    "order_abandoned",
)  # fmt: skip
SHOWN_ON_PAGES = 8


def register() -> None:
    """Called once, when Django is ready."""
    lists.register()
    registry.lists.add(QUEUE.key, QUEUE)
    registry.pages.add("pricequestion", "pricing:question")
    registry.offer(
        Command(
            _("Ask for a price"),
            "pricing:ask-price",
            "message-circle-question-mark",
            _("may I sell discount"),
            starts=True,
        ),
        Command(_("Prices to decide"), "pricing:to-decide", "stamp", _("questions approvals waiting")),
        Command(_("Price questions"), "pricing:questions", "message-circle-question-mark", _("asked answered")),
        Command(
            _("How long price questions wait"), "pricing:question-report", "chart-line", _("decision time bounces")
        ),
    )
    _settings()
    registry.duties.add(
        QUESTION_DUTY,
        DutyRule(
            stage=3,
            name=QUESTION_DUTY,
            subject="self",
            opens={"price_asked": None},
            closes={"price_answered": None, "price_question_withdrawn": None, "price_question_lapsed": None},
            due_minutes=240,
        ),
    )
    registry.subscribers.add(
        "price questions",
        Subscriber(
            "price questions",
            MOVES_ON,
            follow_document,
        ),
    )
    registry.home_tasks.add("pricing.questions", HomeTask("pricing.questions", (DECIDE,), TO_ANSWER))
    registry.home_tasks.add("pricing.answers", HomeTask("pricing.answers", (ASK,), to_use))
    registry.call_outcomes.add(
        "price", CallOutcome("price", _("Price question"), "message-circle-question-mark", "k", ASK, ask_from_call)
    )
    for action in ACTIONS:
        registry.actions.add(action.key, action)
    for subject, order in (("order", 27), ("customer", 26), ("product", 42)):
        registry.panels.add(
            f"{subject} price questions",
            Panel(
                key="price-questions",
                subject=subject,
                title=_("Price questions"),
                template="orders/pricing/questions/panel.html",
                context=_questions_of,
                permission="orders.view_price",
                order=order,
                flush=True,
                more=None if subject == "order" else _all_of,
            ),
        )


def _settings() -> None:
    for setting in (
        SettingType(
            ANSWER_MINUTES,
            _("Working minutes to answer a price question"),
            240,
            _whole(1, 4800),
            stage=3,
            help=_("A whole number from 1 to 4,800, by the calendar of the department that has pricing."),
        ),
        SettingType(
            VALID_DAYS,
            _("Days that an answered price holds"),
            14,
            _whole(0, 365),
            stage=3,
            help=_("A whole number from 0 (that day only) to 365. An answer may say another last day."),
        ),
        SettingType(
            REASON_NEEDED,
            _("A typed price needs a reason"),
            1,
            _whole(0, 1),
            stage=3,
            help=_("1: a price typed over the one in force is refused without a reason. 0: it may be left out."),
        ),
    ):
        registry.settings.add(setting.key, setting)


def _whole(least: int, most: int) -> Any:
    def parse(text: str) -> int:
        number = int(text)
        if not least <= number <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return number

    return parse


ACTIONS = (
    Action(
        key="pricing.ask_line",
        subject="order_line",
        label=_("Ask for another price"),
        permission=ASK,
        url=lambda line: ask_url(order_line=line.pk),
        when=lambda line: line.order.state == "draft" and line.product_id is not None,
        icon="message-circle-question-mark",
    ),
    Action(
        key="pricing.ask_quote",
        subject="quote",
        label=_("Ask for a price"),
        permission=ASK,
        url=lambda quote: ask_url(quote=quote.pk),
        when=lambda quote: quote.state in ("draft", "sent", "accepted"),
    ),
    Action(
        key="pricing.ask_customer",
        subject="customer",
        label=_("Ask for a price"),
        permission=ASK,
        url=lambda customer: ask_url(customer=customer.pk),
        when=lambda customer: customer.is_active,
    ),
    Action(
        key="pricing.ask_product",
        subject="product",
        label=_("Ask for a price"),
        permission=ASK,
        url=lambda product: ask_url(product=product.pk),
        when=lambda product: product.is_active,
    ),
)


def ask_from_call(call: Any, questions: Any, actor: Actor) -> PriceQuestion:
    """The last item asked for on a call: which price may one offer?"""
    if not questions:
        raise InvalidInput("Ask for an item first: a price question is about one.", field="text")
    last = questions[-1]
    said = (call.notes or str(last.asked)).strip()
    return ask_price(
        customer_id=call.customer_id,
        product_id=last.product_id,
        quantity=last.typed_quantity,
        unit=last.unit,
        reason=said[:300],
        call_id=call.pk,
        actor=actor,
    )


@cache
def _about(kind: str) -> Prepared[PriceQuestion]:
    return Prepared(
        lambda gaps: (
            PriceQuestion.objects.filter(company_id=gaps.company, **{f"{kind}_id": gaps.subject})
            .select_related("product", "customer", "decider")
            .order_by("-id")[:SHOWN_ON_PAGES]
        )
    )


def _questions_of(subject: Order | Customer | Product, actor: Actor) -> dict[str, Any] | None:
    found = _about(str(subject._meta.model_name)).rows(company=actor.company_id, subject=subject.pk)
    return {"questions": found, "shows_customer": isinstance(subject, Product)} if found else None


def _all_of(subject: Customer | Product) -> str:
    return f"{reverse('pricing:questions')}?state=all&{subject._meta.model_name}={subject.pk}"


def _in_hand(actor: Actor) -> QuerySet[PriceQuestion]:
    return question_list(actor, {}).filter(decider_id=actor.user_id)


TO_ANSWER = document_duties(
    3,
    QUESTION_DUTY,
    _in_hand,
    what=_("Answer %(document)s"),
    button=_("Answer"),
    url="pricing:question",
    why=lambda question: lists.about(question),
)


def to_use(actor: Actor) -> list[Todo]:
    """Answered prices that the asker has not put to use yet, while they hold."""
    rows = question_list(actor, {"state": QuestionState.ANSWERED}).filter(
        asked_by_id=actor.user_id, used_at=None, unit_price__isnull=False, valid_until__gte=_today(actor)
    )
    rows = rows.filter(Q(order=None) | Q(order__state__in=["draft", "pending"]))  # later, by a change order only
    return [
        Todo(
            what=_("Use the answered price of %(sku)s") % {"sku": row.product.sku},
            button=_("Open the answer"),
            url=reverse("pricing:question", args=[row.pk]),
            since=row.closed_at or row.asked_at,
            stage=3,
            amount=row.net_base,
            customer=customer_link(row.customer),
            why=row.not_used_because,
        )
        for row in rows.order_by("closed_at", "id")[:SHOWN]
    ]


def _today(actor: Actor) -> Any:
    return clock.today(Company.objects.values_list("time_zone", flat=True).get(pk=actor.company_id))
