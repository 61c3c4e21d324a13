"""Price questions as a list."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from omc.lib import lists
from omc.lib.lists import Column, ListView, Look, Sort
from omc.lib.registry import Document, registry
from omc.lib.templatetags import ui
from orders.pricing.questions.forms import TurnFilterForm, filter_form
from orders.pricing.questions.models import Answer, PriceQuestion, QuestionState
from orders.pricing.questions.report import lay, waited
from orders.pricing.questions.selectors import question_list, turn_list

WORKING_DAY = 480  # minutes


def about(question: PriceQuestion) -> str:
    """What is asked, without its price."""
    return f"{question.typed_quantity.normalize():f} {question.unit} {question.product}"


def ask_url(**named: int) -> str:
    """Where one asks for a price, from what is named."""
    return f"{reverse('pricing:ask-price')}?{urlencode(named)}"


def _late(question: PriceQuestion, look: Look) -> list[tuple[Any, str, str]]:
    until = question.closed_at or look.now
    return [(_("late"), "risk", "clock-alert")] if until > question.due_at else []


def _chips(question: PriceQuestion, look: Look) -> list[tuple[Any, str, str]]:
    if question.state not in (QuestionState.ASKED, QuestionState.ANSWERED):
        return []
    said_no = [(_("no"), "", "x")] if question.answer == Answer.NO else []
    return said_no + _late(question, look)


def _measure(rows: list[Any], look: Look) -> None:
    """Set on each question how long it waited. One query. Units: working minutes."""
    minutes = waited(rows)
    for question in rows:
        question.minutes = minutes[question.pk]


def _asked_from(question: PriceQuestion, look: Look) -> Any:
    document = question.order or question.quote
    if document is None:
        return _("call") if question.call_id else "–"
    url = reverse("core:order" if question.order_id else "pricing:quote", args=[document.pk])
    return format_html('<a href="{}">{}</a>', url, document)


QUESTIONS = ListView(
    key="price-questions",
    name=_("Price questions"),
    unit=_("questions"),
    one=_("question"),
    permission="orders.view_price",
    url="pricing:questions",
    subject="pricequestion",
    rows=question_list,
    form=filter_form,
    prepare=_measure,
    columns=(
        lists.link("about", _("About"), "pricing:question", about, sub=lambda row: row.reason, css="clip"),
        lists.link("customer", _("Customer"), "core:customer", "customer", to="customer_id", css="clip"),
        lists.state("state", _("State"), chips=_chips),
        lists.text("answer", _("Answer"), lambda row: row.get_answer_display() or None, shown=False),
        lists.money("asked", _("Asked"), "asked_price", "currency", places=4, missing=_("open")),
        lists.money(
            "in_force",
            _("In force"),
            "system_price",
            "currency",
            places=4,
            missing=_("none"),
            shown=False,
            unit_label=_("Currency in force"),
        ),
        lists.money("answered", _("Answered"), "unit_price", "currency", places=4, unit_label=_("Currency answered")),
        lists.text("by", _("Asked by"), "asked_by"),
        lists.text("decider", _("Asked of"), "decider"),
        lists.quantity("bounces", _("Passed on"), "bounces", _("times"), shown=False),
        Column("from", _("Asked from"), lambda row, look: str(row.order or row.quote or ""), _asked_from),
        lists.moment("asked_at", _("Asked at"), "asked_at"),
        lists.moment("due", _("Due"), "due_at"),
        Column(
            "waited",
            _("Waited"),
            lambda row, look: row.minutes,
            lambda row, look: ui.duration(row.minutes, WORKING_DAY),
            lambda row, look: _("working minutes"),
            figure=True,
        ),
        lists.moment("closed", _("Ended"), "closed_at", missing=_("not yet"), shown=False),
        lists.moment("used", _("Used"), "used_at", missing=_("not yet"), shown=False),
    ),
    sorts={
        "first": Sort(_("Due first"), ("due_at", "id"), "due"),
        "newest": Sort(_("Newest first"), ("-id",), "asked_at"),
    },
)


def _measure_turns(rows: list[Any], look: Look) -> None:
    """Set on each turn how long it took. One query. Units: working minutes."""
    minutes = lay(rows)
    for turn in rows:
        turn.minutes = minutes[turn.pk]


TURNS = ListView(
    key="question-turns",
    name=_("Turns of price questions"),
    unit=_("turns"),
    one=_("turn"),
    permission="orders.view_price",
    url="pricing:question-turns",
    rows=turn_list,
    form=TurnFilterForm,
    prepare=_measure_turns,
    columns=(
        lists.link(
            "about", _("About"), "pricing:question", lambda row: about(row.question), to="question_id", css="clip"
        ),
        lists.link(
            "customer", _("Customer"), "core:customer", "question.customer", to="question.customer_id", css="clip"
        ),
        lists.text("who", _("In the hands of"), "decider"),
        lists.text("department", _("Department"), "department", missing=_("none")),
        lists.text("given_by", _("Given by"), "given_by", missing=_("asked of them")),
        lists.text("why", _("Why"), "why", missing="–"),
        lists.moment("since", _("Since"), "since"),
        lists.moment("until", _("Until"), "until", missing=_("still there")),
        Column(
            "lay",
            _("Lay there"),
            lambda row, look: row.minutes,
            lambda row, look: ui.duration(row.minutes, WORKING_DAY),
            lambda row, look: _("working minutes"),
            figure=True,
        ),
    ),
    sorts={"newest": Sort(_("Newest first"), ("-id",), "since")},
)


def register() -> None:
    registry.lists.add(QUESTIONS.key, QUESTIONS)
    registry.lists.add(TURNS.key, TURNS)
    registry.documents.add(
        "pricequestion",
        Document(
            "pricequestion",
            _("Price question"),
            "orders_pricing.PriceQuestion",
            "orders.view_price",
            "pricing:question",
            "order",
        ),
    )
