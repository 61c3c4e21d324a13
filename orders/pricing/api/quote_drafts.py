"""REST view of a draft quote that is saved silently, as the entry grid does."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from orders.pricing import services
from orders.pricing.api.quotes import ChangeQuoteInput, QuoteDetailSerializer, QuoteDoor


class SaveQuoteDraftInput(ChangeQuoteInput):
    """All lines of the draft, maybe none."""


class QuoteDraftApi(QuoteDoor):
    """Save a draft as it is on somebody's screen, without an event; If-Match refuses what was saved meanwhile."""

    access: ClassVar[dict[str, str]] = {"PUT": "pricing.write_quote"}

    @extend_schema(request=SaveQuoteDraftInput, responses=QuoteDetailSerializer)
    def put(self, request: Request, quote_id: int) -> Response:
        data: dict[str, Any] = self.read(SaveQuoteDraftInput)
        services.save_quote_draft(
            quote_id=quote_id, lines=self.lines(data), actor=self.actor, version=self.expected_version(), **data
        )
        return self.shown(quote_id)
