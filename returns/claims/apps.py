from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClaimsConfig(AppConfig):
    name = "returns.claims"
    label = "returns_claims"
    verbose_name = _("9 Claims and returns")

    def ready(self) -> None:
        from django.urls import reverse

        from omc.lib.actor import Actor
        from omc.lib.registry import Action, DutyRule, Panel, Stage, Subscriber, registry
        from orders.core.models import Order, OrderState
        from returns.claims import cards, consumers, events, lists, machines, messages, pages, selectors  # noqa: F401  declares events and graph

        def panel(order: Order, actor: Actor) -> dict[str, Any] | None:
            rows = selectors.returns_of_order(order, actor)
            return {"returns": rows, "shows_money": actor.can("orders.view_price")} if rows else None

        lists.register()
        pages.register()
        registry.pages.add("return", "claims:return")
        registry.stages.add(
            "claims",
            Stage(
                number=9,
                key="claims",
                name=_("Claims & returns"),
                url="claims:returns",
                permission="claims.view_return",
                duty=_("Handle return"),
            ),
        )
        registry.duties.add(
            "Handle return",
            DutyRule(
                stage=9,
                name="Handle return",
                subject="self",
                opens={"return_requested": None},
                closes={"return_closed": None, "return_rejected": None, "return_cancelled": None},
                # The customer has two weeks to send it; each step of ours takes at most a day or two.
                due={
                    "return_authorized": 10 * 540,
                    "return_received": 2 * 540,
                    "return_inspected": 2 * 540,
                    "return_settled": 2 * 540,
                },
            ),
        )
        registry.panels.add(
            "returns",
            Panel(
                key="returns",
                subject="order",
                title=_("Returns"),
                template="returns/claims/order_panel.html",
                context=panel,
                permission="claims.view_return",
                order=90,
            ),
        )
        registry.actions.add(
            "claims.request_return",
            Action(
                key="claims.request_return",
                subject="order",
                label=_("Request a return"),
                permission="claims.request_return",
                url=lambda order: reverse("claims:request", args=[order.pk]),
                when=lambda order: order.shipping != "none" and order.state != OrderState.CANCELLED,
            ),
        )
        messages.register()
        registry.subscribers.add(
            "claims.tell", Subscriber("claims.tell", ("return_received",), consumers.tell_received)
        )
        cards.register()
