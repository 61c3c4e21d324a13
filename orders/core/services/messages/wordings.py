"""The words of messages are written anew, or put back; every version is kept."""

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound
from omc.lib.registry import MessageKind, Wording
from omc.lib.service import verb
from orders.core.message_kinds import kind_of, placeholders_of
from orders.core.models import Company, MessageWording
from orders.core.wording import not_understood


@verb(silent="versions are rows that are kept; each says who and when")
def save_wording(*, kind: str, language: str, subject: str, body: str, actor: Actor) -> MessageWording:
    """Put new words of a message in force; the ones before are kept.

    Raises: InvalidInput naming what stands in braces and is no placeholder, NotFound
    """
    require(actor, "orders.manage_settings")
    declared = kind_of(kind, language)
    subject, body = " ".join(subject.split()), body.replace("\r\n", "\n").strip()
    refuse_unreadable(declared, subject, body)
    Company.objects.select_for_update(no_key=True).get(pk=actor.company_id)
    rows = MessageWording.objects.filter(company_id=actor.company_id, kind=kind, language=language)
    last = rows.order_by("-number").first()
    if last is not None and (last.subject, last.body) == (subject, body):
        return last
    return MessageWording.objects.create(
        company_id=actor.company_id,
        kind=kind,
        language=language,
        number=(last.number if last else 0) + 1,
        subject=subject,
        body=body,
        written_by_id=actor.user_id,
        written_at=clock.now(),
    )


def refuse_unreadable(kind: MessageKind, subject: str, body: str) -> None:
    """Words that nobody could be sent. Raises: InvalidInput"""
    names = [item.name for item in placeholders_of(kind)]
    for field, text in (("subject", subject), ("body", body)):
        if not text:
            raise InvalidInput("Write something.", field=field)
        if wrong := not_understood(text, names):
            known = ", ".join(f"{{{name}}}" for name in names)
            raise InvalidInput(
                f"Nothing is known as {', '.join(wrong)}. This message may name {known}.", field=field, unknown=wrong
            )
    if len(subject) > 200:
        raise InvalidInput("A subject has at most 200 characters.", field="subject")


@verb(silent="versions are rows that are kept; each says who and when")
def restore_wording(*, kind: str, language: str, number: int, actor: Actor) -> MessageWording:
    """Put an earlier version in force again, as a new one; 0 is the words that the program came with.

    Raises: NotFound
    """
    require(actor, "orders.manage_settings")
    declared = kind_of(kind, language)
    words: Wording | MessageWording | None = declared.wordings[language]
    if number:
        words = MessageWording.objects.filter(
            company_id=actor.company_id, kind=kind, language=language, number=number
        ).first()
    if words is None:
        raise NotFound(f"There is no version {number} of these words.")
    restored: MessageWording = save_wording(
        kind=kind, language=language, subject=words.subject, body=words.body, actor=actor
    )
    return restored
