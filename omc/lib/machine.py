"""One small graph + guard + record helper for every document that has a state.

The state is moved by the statement that writes its event (``record`` gets from and to), so neither can
exist without the other. This module and the event log are the only writers of ``state``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from omc.lib.actor import Actor
from omc.lib.errors import IllegalTransition
from omc.lib.events import Event

Guard = Callable[[Any], str | None]
MACHINES: dict[str, "Machine"] = {}


class Document(Protocol):
    pk: Any
    state: str


class Recorder(Protocol):
    def __call__(
        self,
        subjects: Sequence[Any],
        events: Sequence[Event],
        *,
        actor: Actor,
        from_state: str,
        to_state: str,
        stamp: Mapping[str, Any] | None,
    ) -> Any: ...


@dataclass(frozen=True)
class Machine:
    """Where a kind of document may go. ``guards`` answer a reason why not, or None."""

    name: str
    initial: str
    graph: Mapping[str, frozenset[str]]
    guards: Mapping[tuple[str, str], Guard] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = {to for targets in self.graph.values() for to in targets} - set(self.graph)
        if unknown or self.initial not in self.graph:
            raise ValueError(f"{self.name}: states without a row in the graph: {unknown or self.initial}")
        MACHINES[self.name] = self

    @property
    def states(self) -> list[str]:
        return list(self.graph)

    @property
    def final(self) -> frozenset[str]:
        return frozenset(state for state, targets in self.graph.items() if not targets)

    def unreachable(self) -> set[str]:
        """States that no path from the initial one leads to; empty in a sound graph."""
        reached: set[str] = set()
        frontier = {self.initial}
        while frontier:
            reached |= frontier
            frontier = {to for state in frontier for to in self.graph[state]} - reached
        return set(self.graph) - reached

    def check(self, document: Document, to: str) -> None:
        """Raises: IllegalTransition when the graph or a guard refuses the move."""
        if to not in self.graph.get(document.state, frozenset()):
            now, then = document.state.replace("_", " "), to.replace("_", " ")
            raise IllegalTransition(
                f"{document} is {now} already."
                if to == document.state
                else f"{document} is {now}; it cannot become {then}.",
                document=str(document),
                state=document.state,
                to=to,
            )
        guard = self.guards.get((document.state, to))
        if guard and (reason := guard(document)):
            raise IllegalTransition(reason, document=str(document), state=document.state, to=to)

    def advance(
        self,
        document: Any,
        to: str,
        event: Event,
        *,
        actor: Actor,
        record: Recorder,
        stamp: Mapping[str, Any] | None = None,
    ) -> None:
        """Move one locked document and write its event, or raise. ``stamp`` sets further columns with the move."""
        self.advance_many([document], to, [event], actor=actor, record=record, stamp=stamp)

    def advance_many(
        self,
        documents: Sequence[Any],
        to: str,
        events: Sequence[Event],
        *,
        actor: Actor,
        record: Recorder,
        stamp: Mapping[str, Any] | None = None,
    ) -> None:
        """Move locked documents that stand in one and the same state, in one statement, or raise for all."""
        if not documents:
            return
        for document in documents:
            self.check(document, to)
        before = documents[0].state
        if any(document.state != before for document in documents):
            raise ValueError("advance_many moves documents of one state at a time")
        record(documents, events, actor=actor, from_state=before, to_state=to, stamp=stamp)
        for document in documents:
            document.state = to
