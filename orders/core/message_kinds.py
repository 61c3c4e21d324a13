"""The kinds of messages that the stages declare, with the setting of each that says who gets it."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from omc.lib.errors import NotFound
from omc.lib.registry import MessageKind, Placeholder, SettingType, registry

WHO: Final = {
    "all": _("who deals with it, and who asked"),
    "asked": _("only who asked for it"),
    "nobody": _("nobody"),
}
PROGRAMS: Final = {"all": _("every customer's program that writes to us"), "nobody": _("nobody")}
SUPPLIERS: Final = {"all": _("the supplier, at the address in its record"), "nobody": _("nobody")}
COMMON: Final = (
    Placeholder("greeting", _("Greeting with the person's name"), "Dear Ann Miller,"),
    Placeholder("customer", _("Name of the customer"), "Nordwind Supplies"),
    Placeholder("company", _("Our name"), "Hartwell Supply"),
)


def declare(*kinds: MessageKind) -> None:
    """Make kinds of messages known, each with its setting."""
    for kind in kinds:
        registry.messages.add(kind.key, kind)
        registry.settings.add(
            setting_of(kind),
            SettingType(
                setting_of(kind),
                format_lazy(_("Message “{name}” goes to"), name=kind.name),
                kind.to,
                _who if kind.for_people else _whether,
                stage=kind.stage,
                help=_("all: whoever deals with the document. asked: only those who asked for it. nobody: no longer.")
                if kind.for_people
                else _("all: the supplier, where an address is known. nobody: no longer.")
                if kind.to_supplier
                else _("all: every customer's program that writes to us. nobody: no longer."),
            ),
        )


def setting_of(kind: MessageKind) -> str:
    return f"messages.{kind.key}"


def who_of(kind: MessageKind) -> Mapping[str, Any]:
    """Who may get a kind of message, in words."""
    return WHO if kind.for_people else SUPPLIERS if kind.to_supplier else PROGRAMS


def placeholders_of(kind: MessageKind) -> tuple[Placeholder, ...]:
    """What the words of a kind may name."""
    return COMMON + kind.placeholders


def kind_of(key: str, language: str = "") -> MessageKind:
    """A declared kind, written in that language. Raises: NotFound"""
    kind = registry.messages.get(key)
    if kind is None or (language and language not in kind.wordings):
        raise NotFound(f"There is no message “{key}”" + (f" in “{language}”." if language else "."))
    return kind


def _who(text: str) -> str:
    if text.strip().lower() not in WHO:
        raise ValueError("all, asked or nobody")
    return text.strip().lower()


def _whether(text: str) -> str:
    if text.strip().lower() not in PROGRAMS:
        raise ValueError("all or nobody")
    return text.strip().lower()
