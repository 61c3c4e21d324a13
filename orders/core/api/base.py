"""What every REST view shares: who asks, who may, idempotent creation, versions, cursor pages."""

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.errors import DomainError, InvalidInput, PermissionRefused
from orders.core.actors import token_actor
from orders.core.models import IdempotencyKey
from orders.core.selectors.paging import keyset


class KeyReused(DomainError):
    """The Idempotency-Key was sent before with other content."""

    code = "idempotency_key_reused"


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer omc_…``"""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        found = token_actor(request, words[1].decode("latin-1")) if len(words) == 2 else None
        if found is None:
            raise AuthenticationFailed("The token is unknown or expired.")
        user, actor, company = found
        request._request.actor, request._request.company = actor, company  # type: ignore[attr-defined]
        return user, actor

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class MayDoThis(BasePermission):
    """The view's ``access`` names the permission per method; "member" lets in every member."""

    def has_permission(self, request: Request, view: Any) -> bool:
        actor = getattr(request._request, "actor", None)
        if not request.user or not request.user.is_authenticated or actor is None:
            raise NotAuthenticated
        needed = view.access.get(request.method or "")
        if needed is None:
            return request.method in ("OPTIONS", "HEAD") or request.method not in view.allowed_methods
        if needed != "member" and not actor.can(needed):
            raise PermissionRefused("You may not do this.", permission=needed)
        return True


class StageApi(APIView):
    """A REST view of a stage. ``access`` says who may use each method.

    With ``idempotent`` a POST that creates may carry an Idempotency-Key: sent again with the same content it answers
    what it answered before, with other content 409.
    """

    access: ClassVar[dict[str, str]] = {}
    idempotent: ClassVar[bool] = False
    authentication_classes = (TokenAuthentication, SessionAuthentication)
    permission_classes = (MayDoThis,)

    @property
    def actor(self) -> Actor:
        """Who asks, at the API's door."""
        actor: Actor = self.request._request.actor  # type: ignore[attr-defined]
        return actor.at("api")

    def read(self, serializer: type[BaseSerializer[Any]], **kwargs: Any) -> Any:
        """The request's body, checked for form. Raises: ValidationError (400)."""
        checked = serializer(data=self.request.data, **kwargs)
        checked.is_valid(raise_exception=True)
        return checked.validated_data

    def expected_version(self) -> int | None:
        """The version in If-Match, if any. Raises: InvalidInput"""
        sent = self.request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
        if not sent:
            return None
        if not sent.isdigit():
            raise InvalidInput("If-Match takes the document's version, for example “3”.", field="If-Match")
        return int(sent)

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        self.args, self.kwargs = args, kwargs
        request = self.initialize_request(request, *args, **kwargs)
        self.request, self.headers = request, self.default_response_headers
        try:
            self.initial(request, *args, **kwargs)
            method = (request.method or "").lower()
            handler = getattr(self, method, self.http_method_not_allowed)
            key = request.headers.get("Idempotency-Key", "") if method == "post" and self.idempotent else ""
            response = self._once(key, handler, args, kwargs) if key else handler(request, *args, **kwargs)
        except Exception as exc:
            response = self.handle_exception(exc)
        self.response = self.finalize_response(request, response, *args, **kwargs)
        return self.response

    def _once(self, key: str, handler: Callable[..., Response], args: Any, kwargs: Any) -> Response:
        """Run the handler and keep its answer under the key, in one transaction."""
        if len(key) > 80:
            raise InvalidInput("An Idempotency-Key has at most 80 characters.", field="Idempotency-Key")
        content = json.dumps([self.request.path, self.request.data], sort_keys=True, default=str)
        fingerprint = hashlib.sha256(content.encode()).hexdigest()
        actor = self.actor
        with transaction.atomic():
            try:
                with transaction.atomic():
                    row = IdempotencyKey.objects.create(
                        company_id=actor.company_id,
                        user_id=actor.user_id,
                        key=key,
                        fingerprint=fingerprint,
                        created_at=clock.now(),
                    )
            except IntegrityError:
                row = IdempotencyKey.objects.get(company_id=actor.company_id, user_id=actor.user_id or 0, key=key)
                if row.fingerprint != fingerprint:
                    raise KeyReused("This Idempotency-Key was used for another request.", key=key) from None
                return Response(row.body, status=row.status, headers={"Idempotent-Replay": "true"})
            response = handler(self.request, *args, **kwargs)
            row.status, row.body = response.status_code, json.loads(json.dumps(response.data, default=str))
            row.save(update_fields=["status", "body"])
            return response


def may_see(serializer: BaseSerializer[Any], permission: str) -> bool:
    """Whether the asking actor may see it. Where nobody asks, the schema is being written: it names every field."""
    request = serializer.context.get("request")
    actor = serializer.context.get("actor") or getattr(getattr(request, "_request", request), "actor", None)
    if actor is None:
        return request is None or getattr(request, "user", None) is None
    return bool(actor.can(permission))


def page(
    request: Request,
    queryset: QuerySet[Any],
    serializer: type[BaseSerializer[Any]],
    *,
    order: tuple[str, ...] = ("-id",),
    prepare: Callable[[list[Any]], Sequence[Any]] = list,
    **context: Any,
) -> Response:
    """A cursor page: ``?after=`` or ``?before=`` with the cursors of the answer, ``?limit=`` up to 200.

    ``prepare`` makes of its rows what the serializer reads.
    """
    limit = request.query_params.get("limit", "50")
    size = min(int(limit), 200) if limit.isdigit() and int(limit) else 50
    found = keyset(queryset, request.query_params, order=order, size=size)
    data = serializer(prepare(found.rows), many=True, context={"request": request, **context}).data
    return Response({"results": data, "next": found.next or None, "previous": found.previous or None})
