"""Typed lists that later stages add to and core iterates. A registration reads, or calls its stage's own service."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.utils.functional import Promise as LazyText

from omc.lib.actor import Actor

if TYPE_CHECKING:
    from omc.lib.lists import ListView

Text = str | LazyText  # labels may be translated when they are shown

T = TypeVar("T")


class Registry(Generic[T]):
    """An ordered, duplicate-refusing list of registrations by name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._items: dict[str, T] = {}

    def add(self, key: str, item: T) -> T:
        if key in self._items:
            raise ValueError(f"{self.name}: {key} is registered twice")
        self._items[key] = item
        return item

    def __iter__(self) -> Iterator[T]:
        return iter(self._items.values())

    def __getitem__(self, key: str) -> T:
        return self._items[key]

    def get(self, key: str) -> T | None:
        return self._items.get(key)

    def keys(self) -> list[str]:
        return list(self._items)


@dataclass(frozen=True)
class Stage:
    """One of the ten, as the shell draws it. ``url`` is the name of its first screen."""

    number: int
    key: str
    name: Text
    url: str
    permission: str
    duty: Text


@dataclass(frozen=True)
class Panel:
    """What a document's page shows of a later stage. ``context(subject, actor)`` reads; None hides the panel.

    A ``lazy`` one is fetched by the page after it is there; ``more(subject)`` is the address of all its rows. A ``head``
    one draws figures among the page's headline figures, without a frame or title.
    """

    key: str
    subject: str
    title: Text
    template: str
    context: Callable[[Any, Actor], dict[str, Any] | None]
    permission: str = ""
    order: int = 50
    lazy: bool = False
    flush: bool = False
    more: Callable[[Any], str] | None = None
    head: bool = False


@dataclass(frozen=True)
class Action:
    """A button on a document's page or list. ``url(subject)`` leads to its door; ``when`` says if it is offered."""

    key: str
    subject: str
    label: Text
    permission: str
    url: Callable[[Any], str]
    when: Callable[[Any], bool]
    method: str = "get"
    primary: bool = False
    icon: str = ""  # in place of the label where a row has no room for words


@dataclass(frozen=True)
class BulkAction:
    """One verb on many rows: ``run(ids, actor)`` answers (id, refusal or None) per row.

    With a ``form(data, actor)`` its cleaned data (texts and numbers) go to ``run`` by name, after it was filled in.
    """

    key: str
    subject: str
    label: Text
    permission: str
    run: Callable[..., list[tuple[int, str | None]]]
    form: Callable[[Any, Actor], Any] | None = None
    icon: str = ""


@dataclass(frozen=True)
class BulkPrint:
    """Paper for many rows, as one file: ``paper(id, actor)`` is that of one.

    PDFs are bound to one; with a ``name(id)`` each is a file of its own, whatever its form, and all go into a ZIP.
    """

    key: str
    subject: str
    label: Text
    permission: str
    paper: Callable[[int, Actor], bytes]
    name: Callable[[int], str] | None = None

    @property
    def file_type(self) -> tuple[str, str]:
        """The ending and the media type of the file that it makes."""
        return ("zip", "application/zip") if self.name else ("pdf", "application/pdf")


@dataclass(frozen=True)
class DutyRule:
    """Which events open and close a stage's duty. A predicate on the event's data may narrow either.

    ``subject`` is "order" (the duty lies on the event's order) or "self" (on the event's own subject). It is due
    ``due_minutes`` of work after it opened, unless ``due`` has a word about the event: other minutes, or the field of
    the fact that names the day. An event in ``due`` that neither opens nor closes the duty sets its date anew.
    """

    stage: int
    name: Text
    opens: dict[str, Callable[[dict[str, Any]], bool] | None]
    closes: dict[str, Callable[[dict[str, Any]], bool] | None]
    subject: str = "order"
    due_minutes: int = 480
    due: dict[str, int | str] = field(default_factory=dict)
    waits_for_customer: bool = False

    def due_in(self, event: str, facts: Mapping[str, Any]) -> tuple[int, str | None]:
        """Working minutes from the event on, and the day by whose end of work it is due, where the fact names one."""
        said = self.due.get(event, self.due_minutes)
        if isinstance(said, int):
            return said, None
        return self.due_minutes, facts.get(said)


@dataclass(frozen=True)
class Subscriber:
    """A consumer of events: ``handle(event)`` runs in its own transaction, once per delivery.

    One that ``looks_again`` at the present, whatever the event says, needs one call for all that waits of a key: it is
    handed the newest. With ``handle_many`` it looks at many keys of one company at once, the newest event of each, all
    of them or none; where that fails, they are handled key by key.
    """

    name: str
    events: tuple[str, ...]
    handle: Callable[[Any], object]
    looks_again: bool = False
    handle_many: Callable[[Sequence[Any]], None] | None = None


@dataclass(frozen=True)
class Document:
    """A kind of document or master-data row that has a page of its own, where people write notes and watch.

    ``model`` is "app_label.Model"; ``page`` the name of its page; ``order_field`` leads to its order, if it has one.
    """

    key: str
    label: Text
    model: str
    permission: str
    page: str
    order_field: str = ""


@dataclass(frozen=True)
class Todo:
    """One thing to do now, on the home of those who may do it: one document, or ``count`` of one kind.

    ``url`` is the place where it is done; ``rows_url`` opens the ``count`` rows of a group. ``amount`` is in company
    currency (the home leaves it out for those who see no prices). ``since`` is when the oldest of them came in, told
    in the working time of the department that has ``stage``; ``customer`` is (name, address of the page) or empty.
    ``why`` says in a few words what is the matter.
    """

    what: Text
    button: Text
    url: str
    since: datetime
    stage: int = 0
    due: datetime | None = None
    amount: Decimal | None = None
    customer: tuple[str, str] = ("", "")
    why: Text = ""
    count: int = 1
    rows_url: str = ""


@dataclass(frozen=True)
class HomeTask:
    """A kind of work that homes ask for, of those who hold all permissions that it ``needs``.

    ``tasks(actor)`` reads its most urgent few in a constant number of queries.
    """

    key: str
    needs: tuple[str, ...]
    tasks: Callable[[Actor], list[Todo]]


@dataclass(frozen=True)
class News:
    """Events that a home tells of: how many since the last visit, and their worth; a click opens their rows.

    ``text`` has %(count)s and is told in its ``plural`` of more than one. ``amount`` is an SQL expression in company
    currency over the event ``e`` and its order ``o``; empty when there is no money in it.
    """

    key: str
    events: tuple[str, ...]
    text: Text
    plural: Text
    roles: frozenset[str]
    amount: str = ""
    order: int = 50


@dataclass(frozen=True)
class RuleInForce:
    """A rule as it stands now: what it is set to, since when and by whom, and where one may change it."""

    name: Text
    value: Text
    by: str = ""
    at: datetime | None = None
    url: str = ""
    note: Text = ""
    count: int | None = None  # rows behind ``url``, where it opens any


@dataclass(frozen=True)
class StageCard:
    """What a newcomer must know of a stage. The words are those of its README; ``rules`` reads what is in force.

    ``steps`` are the transitions of orders (confirm, release …) that the stage makes and holds may block; ``after`` the
    earlier stages that have to be done with an order before this one can go on with it.
    """

    stage: str
    purpose: Text
    comes_in: Text
    goes_out: Text
    who: Text
    steps: tuple[str, ...] = ()
    after: tuple[int, ...] = ()
    rules: Callable[[Actor], list[RuleInForce]] | None = None


@dataclass(frozen=True)
class HomeSection:
    """A part of the home of those whose daily work asks for ``permission`` (of everybody without one): above what they
    must do when ``order`` is under 50, else below it; a ``slim`` one is a line on top of all. The template finds its
    context as ``section``; a context of None leaves the part out."""

    key: str
    permission: str
    template: str
    context: Callable[[Actor], dict[str, Any] | None]
    order: int = 50
    slim: bool = False


@dataclass(frozen=True)
class CallOutcome:
    """What a customer's call may be turned into, by ``letter``. ``make(call, questions, actor)`` writes the document by
    its own stage's service, of what was said on the call, and returns it."""

    key: str
    label: Text
    icon: str
    letter: str
    permission: str
    make: Callable[[Any, Sequence[Any], Actor], Any]


@dataclass(frozen=True)
class FirstStep:
    """What a new company does before it can work: a screen, and whether the rows of the company say that it is done."""

    label: Text
    why: Text
    url: str
    permission: str
    done: Callable[[int], bool]
    order: int


@dataclass(frozen=True)
class Command:
    """A screen that the command palette leads to. Who may open it, its view says. ``words`` also find it."""

    label: Text
    url: str
    icon: str = "arrow-right"
    words: Text = ""
    starts: bool = False  # it begins something new, and is offered before the mere places


@dataclass(frozen=True)
class SettingType:
    """A setting that an admin may change: key, default, parser that refuses nonsense with a sentence."""

    key: str
    label: Text
    default: Any
    parse: Callable[[str], Any]
    stage: int = 0
    help: Text = ""


@dataclass(frozen=True)
class Placeholder:
    """What the words of a message may name in braces, and what it may look like."""

    name: str
    label: Text
    example: str


@dataclass(frozen=True)
class Wording:
    """The words of a message in one language: plain text with placeholders in braces."""

    subject: str
    body: str


@dataclass(frozen=True)
class MessageKind:
    """A kind of message to customers: when it leaves, what its words may name, and the words that it starts with.

    ``values(document)`` says every placeholder in the language that is active; what is empty leaves no trace in the
    text. ``find(company_id, number)`` is a real document to look at the words with: that of the number, or the latest.
    ``paper(document)`` is the PDF that goes with it, as (file name, bytes). ``beside(document)``
    are further files: (file name, bytes, media type). ``to`` is who gets it unless told otherwise:
    "all", or "asked" for those who asked for it. One that is not ``for_people`` goes to a customer's program: no person
    chooses it. One ``to_supplier`` goes to the supplier of the document. Whoever lacks its ``permission`` never sees one
    that left, nor its files. ``must`` says why a person cannot decline it on their own page; empty: they can.
    """

    key: str
    name: Text
    stage: int
    when: Text
    placeholders: tuple[Placeholder, ...]
    wordings: Mapping[str, Wording]
    values: Callable[[Any], Mapping[str, str]]
    find: Callable[[int, str], Any]
    paper: Callable[[Any], tuple[str, bytes]] | None = None
    to: str = "all"
    for_people: bool = True
    to_supplier: bool = False
    permission: str = ""
    beside: Callable[[Any], Sequence[tuple[str, bytes, str]]] = lambda document: ()
    must: Text = ""


@dataclass(frozen=True)
class CustomerPage:
    """What a customer may open by a signed link, without a login: the page of one document, or of one person.

    ``subject(company_id, id)`` reads the document with its ``customer`` (a contact has one, too), None
    where there is none. ``until(subject)`` is when its link ends. ``doors`` are the page's views by the last word of
    the address, "" for the page itself: each takes the request, the opened link and the subject. Those in ``deeds``
    change something and take POST only. Whoever holds the link holds the permissions that it ``grants``, and no other.
    """

    key: str
    name: Text
    subject: Callable[[int, int], Any]
    until: Callable[[Any], datetime]
    doors: Mapping[str, Callable[..., Any]]
    deeds: frozenset[str] = frozenset()
    grants: frozenset[str] = frozenset()


@dataclass
class Registries:
    stages: Registry[Stage] = field(default_factory=lambda: Registry("stages"))
    pages: Registry[str] = field(default_factory=lambda: Registry("pages"))  # subject type → URL name of its page
    panels: Registry[Panel] = field(default_factory=lambda: Registry("panels"))
    actions: Registry[Action] = field(default_factory=lambda: Registry("actions"))
    bulk_actions: Registry[BulkAction] = field(default_factory=lambda: Registry("bulk actions"))
    prints: Registry[BulkPrint] = field(default_factory=lambda: Registry("prints"))
    duties: Registry[DutyRule] = field(default_factory=lambda: Registry("duties"))
    subscribers: Registry[Subscriber] = field(default_factory=lambda: Registry("subscribers"))
    documents: Registry[Document] = field(default_factory=lambda: Registry("documents"))  # by subject type
    search: Registry[Callable[[int], Iterator[Any]]] = field(  # kind → every Findable of a company
        default_factory=lambda: Registry("search sources")
    )
    lists: "Registry[ListView]" = field(default_factory=lambda: Registry("lists"))
    home_tasks: Registry[HomeTask] = field(default_factory=lambda: Registry("home tasks"))
    news: Registry[News] = field(default_factory=lambda: Registry("news"))
    stage_cards: Registry[StageCard] = field(default_factory=lambda: Registry("stage cards"))
    home_sections: Registry[HomeSection] = field(default_factory=lambda: Registry("home sections"))
    # (order, others) → the places of those others that stand before the order in the queue for stock
    standings: Registry[Callable[[Any, Sequence[int]], Mapping[int, int]]] = field(
        default_factory=lambda: Registry("standings")
    )
    call_outcomes: Registry[CallOutcome] = field(default_factory=lambda: Registry("call outcomes"))
    # kind of document → puts an answered price question (question, actor, by hand) on its line: "" or why it cannot
    price_takers: Registry[Callable[[Any, Actor, bool], str]] = field(default_factory=lambda: Registry("price takers"))
    first_steps: Registry[FirstStep] = field(default_factory=lambda: Registry("first steps"))
    needs: Registry[Callable[[Any], str]] = field(
        default_factory=lambda: Registry("needs")
    )  # why a row must stay in use
    # order, actor → (words, address) beside a line of its page, by line
    line_marks: Registry[Callable[[Any, Actor], Mapping[int, tuple[Text, str]]]] = field(
        default_factory=lambda: Registry("line marks")
    )
    commands: Registry[Command] = field(default_factory=lambda: Registry("commands"))
    settings: Registry[SettingType] = field(default_factory=lambda: Registry("settings"))
    messages: Registry[MessageKind] = field(default_factory=lambda: Registry("message kinds"))
    customer_pages: Registry[CustomerPage] = field(default_factory=lambda: Registry("customer pages"))
    jobs: Registry[Text] = field(default_factory=lambda: Registry("jobs"))  # kind of long job → what people call it
    reference: Registry[Callable[[int], None]] = field(default_factory=lambda: Registry("reference loaders"))

    def offer(self, *commands: Command) -> None:
        """Screens that the palette shall lead to."""
        for command in commands:
            self.commands.add(command.url, command)


registry = Registries()
