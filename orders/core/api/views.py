"""Core's REST views: orders to read, holds, notes, duties, master data, jobs."""

from django.db.models import Prefetch, prefetch_related_objects
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from omc.lib.errors import NotFound
from orders.core.api import serializers as shapes
from orders.core.api.base import StageApi, page
from orders.core.lists.forms import OrderFilterForm
from orders.core.models import Event, Hold, JobRun, OrderLine
from orders.core.selectors.documents import document_of, notes_on, notifications_of
from orders.core.selectors.duties import open_duties
from orders.core.selectors.holds import holds_list
from orders.core.selectors.orders import order_list, order_of
from orders.core.services import holds, jobs, notes
from orders.core.services.hold_owners import assign_hold


class OrdersApi(StageApi):
    """Orders, the newest first. Filters: text, state, stage, held."""

    access = {"GET": "orders.view_order"}

    @extend_schema(responses=shapes.OrderSerializer(many=True))
    def get(self, request: Request) -> Response:
        form = OrderFilterForm(request.query_params, self.actor)
        filters = form.cleaned_data if form.is_valid() else {}
        return page(request, order_list(self.actor, filters), shapes.OrderSerializer)


class OrderApi(StageApi):
    """One order with its lines; ETag is its version."""

    access = {"GET": "orders.view_order"}

    @extend_schema(responses=shapes.OrderDetailSerializer)
    def get(self, request: Request, order_id: int) -> Response:
        order = order_of(self.actor, order_id)
        lines = OrderLine.objects.select_related("product").order_by("position")
        prefetch_related_objects([order], Prefetch("lines", lines))
        data = shapes.OrderDetailSerializer(order, context={"request": request}).data
        return Response(data, headers={"ETag": f'"{order.version}"'})


class OrderEventsApi(StageApi):
    """What happened to an order, oldest first."""

    access = {"GET": "orders.view_order"}

    @extend_schema(responses=shapes.EventSerializer(many=True))
    def get(self, request: Request, order_id: int) -> Response:
        order = order_of(self.actor, order_id)
        events = Event.objects.filter(order=order, company_id=self.actor.company_id)
        return page(request, events, shapes.EventSerializer, order=("id",))


class OrderHoldsApi(StageApi):
    """Holds on an order: read them, place one."""

    access = {"GET": "orders.view_order", "POST": "orders.place_hold"}
    idempotent = True

    @extend_schema(responses=shapes.HoldSerializer(many=True))
    def get(self, request: Request, order_id: int) -> Response:
        order = order_of(self.actor, order_id)
        return page(request, Hold.objects.filter(order=order).select_related("hold_type"), shapes.HoldSerializer)

    @extend_schema(request=shapes.PlaceHoldInput, responses=shapes.HoldSerializer)
    def post(self, request: Request, order_id: int) -> Response:
        hold = holds.place_hold(order_id=order_id, actor=self.actor, **self.read(shapes.PlaceHoldInput))
        return Response(shapes.HoldSerializer(hold).data, status=201)


class HoldsApi(StageApi):
    """Every unresolved hold, the oldest first."""

    access = {"GET": "orders.view_order"}

    @extend_schema(responses=shapes.HoldSerializer(many=True))
    def get(self, request: Request) -> Response:
        return page(request, holds_list(self.actor), shapes.HoldSerializer, order=("placed_at", "id"))


class AssignHoldApi(StageApi):
    """Take a hold to decide, or hand it to a colleague who may."""

    access = {"POST": "orders.view_order"}

    @extend_schema(request=shapes.AssignHoldInput, responses=shapes.HoldSerializer)
    def post(self, request: Request, hold_id: int) -> Response:
        hold = assign_hold(hold_id=hold_id, actor=self.actor, **self.read(shapes.AssignHoldInput))
        return Response(shapes.HoldSerializer(hold).data)


class ResolveHoldApi(StageApi):
    """Lift a hold."""

    access = {"POST": "orders.view_order"}  # who may lift it is said by the hold's type

    @extend_schema(request=shapes.ResolutionInput, responses=shapes.HoldSerializer)
    def post(self, request: Request, hold_id: int) -> Response:
        hold = holds.resolve_hold(hold_id=hold_id, actor=self.actor, **self.read(shapes.ResolutionInput))
        return Response(shapes.HoldSerializer(hold).data)


class RejectHoldApi(StageApi):
    """Decide that what is held is not to be processed."""

    access = {"POST": "orders.view_order"}

    @extend_schema(request=shapes.ResolutionInput, responses=shapes.HoldSerializer)
    def post(self, request: Request, hold_id: int) -> Response:
        hold = holds.reject_hold(hold_id=hold_id, actor=self.actor, **self.read(shapes.ResolutionInput))
        return Response(shapes.HoldSerializer(hold).data)


class NotesApi(StageApi):
    """Notes for colleagues on any document: order, quote, invoice, customer …"""

    access = {"GET": "orders.view_order", "POST": "orders.write_note"}
    idempotent = True

    @extend_schema(responses=shapes.NoteSerializer(many=True))
    def get(self, request: Request, subject_id: int, subject_type: str = "order") -> Response:
        found = document_of(subject_type, subject_id, self.actor)
        return page(request, notes_on(found), shapes.NoteSerializer)

    @extend_schema(request=shapes.NoteInput, responses=shapes.NoteSerializer)
    def post(self, request: Request, subject_id: int, subject_type: str = "order") -> Response:
        note = notes.write_note(
            subject_type=subject_type, subject_id=subject_id, actor=self.actor, **self.read(shapes.NoteInput)
        )
        return Response(shapes.NoteSerializer(note).data, status=201)


class WatchApi(StageApi):
    """Hear of what happens to a document, or no more."""

    access = {"PUT": "orders.write_note", "DELETE": "orders.write_note"}

    @extend_schema(request=None, responses={204: None})
    def put(self, request: Request, subject_type: str, subject_id: int) -> Response:
        notes.watch(subject_type=subject_type, subject_id=subject_id, actor=self.actor)
        return Response(status=204)

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, subject_type: str, subject_id: int) -> Response:
        notes.stop_watching(subject_type=subject_type, subject_id=subject_id, actor=self.actor)
        return Response(status=204)


class NotificationsApi(StageApi):
    """What one was told, the newest first; a POST marks all of it as read."""

    access = {"GET": "member", "POST": "member"}

    @extend_schema(responses=shapes.NotificationSerializer(many=True))
    def get(self, request: Request) -> Response:
        return page(request, notifications_of(self.actor), shapes.NotificationSerializer)

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        notes.mark_all_read(actor=self.actor)
        return Response(status=204)


class DutiesApi(StageApi):
    """Open duties, the longest waiting first; ``?stage=`` for one stage."""

    access = {"GET": "orders.view_order"}

    @extend_schema(responses=shapes.DutySerializer(many=True))
    def get(self, request: Request) -> Response:
        stage = request.query_params.get("stage", "")
        rows = open_duties(self.actor, int(stage) if stage.isdigit() else None)
        return page(request, rows, shapes.DutySerializer, order=("opened_at", "id"))


class JobApi(StageApi):
    """How far a long job is."""

    access = {"GET": "member"}

    @extend_schema(responses=shapes.JobSerializer)
    def get(self, request: Request, job_id: int) -> Response:
        run = JobRun.objects.filter(pk=job_id, company_id=self.actor.company_id).first()
        if run is None:
            raise NotFound(f"There is no job {job_id}.")
        return Response(shapes.JobSerializer(run).data)


class CancelJobApi(StageApi):
    """Ask a long job to stop."""

    access = {"POST": "member"}  # who may stop it is said by the job's kind

    @extend_schema(request=None, responses=shapes.JobSerializer)
    def post(self, request: Request, job_id: int) -> Response:
        return Response(shapes.JobSerializer(jobs.cancel_job(job_id=job_id, actor=self.actor)).data)
