"""What service tells customers: the answer to what they wrote."""

from django.utils.translation import gettext_lazy as _

from omc.lib.registry import MessageKind, Placeholder, Wording
from orders.core.message_kinds import declare
from returns.postsales.models import Case, CaseMessage


def register() -> None:
    """Called once, when Django is ready."""
    declare(
        MessageKind(
            key="case_reply",
            name=_("Answer to a case"),
            stage=10,
            when=_("Somebody answered what a customer had asked."),
            placeholders=(
                Placeholder("case", _("Number of the case"), "CS-000009"),
                Placeholder("subject", _("What it is about"), "Wrong label on parcel"),
                Placeholder("answer", _("What was written"), "It was the second parcel. A new label is on its way."),
            ),
            wordings={language: Wording("[{case}] {subject}", "{answer}") for language in ("en", "de")},
            values=answered,
            find=find_case,
        )
    )


def find_case(company_id: int, number: str) -> Case | None:
    """A case that was answered: that of the number, or the latest."""
    rows = Case.objects.filter(company_id=company_id, first_reply_at__isnull=False).select_related(
        "company", "customer__company", "contact"
    )
    return (rows.filter(number__iexact=number) if number else rows).order_by("-id").first()


def answered(case: Case) -> dict[str, str]:
    """The latest answer of a case."""
    latest = CaseMessage.objects.filter(case=case, to_customer=True).order_by("-id").first()
    return {"case": case.number, "subject": case.subject, "answer": latest.body if latest else ""}
