from django.urls import path

from orders.entry.calls import views as calls
from orders.entry.inbox import views as inbox
from orders.entry.views import desk, drafts, seats, verbs

app_name = "entry"
urlpatterns = [
    path("", desk.home, name="home"),
    path("new/", desk.new, name="new"),
    path("customers/", desk.customers, name="customers"),
    path("import/", desk.import_file, name="import"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/count/", inbox.count, name="inbox-count"),
    path("inbox/upload/", inbox.upload, name="inbox-upload"),
    path("inbox/<int:document_id>/", inbox.document, name="inbox-document"),
    path("inbox/<int:document_id>/read/", inbox.read_again, name="inbox-read"),
    path("inbox/<int:document_id>/mend/", inbox.mend, name="inbox-mend"),
    path("inbox/<int:document_id>/assign/", inbox.assign, name="inbox-assign"),
    path("inbox/<int:document_id>/aside/", inbox.aside, name="inbox-aside"),
    path("inbox/<int:document_id>/back/", inbox.bring_back, name="inbox-back"),
    path("inbox/<int:document_id>/answer/<slug:key>/", inbox.answer, name="inbox-answer"),
    path("paste/", inbox.paste, name="paste"),
    path("calls/", calls.calls, name="calls"),
    path("calls/all/", calls.call_list, name="call-list"),
    path("calls/callers/", calls.callers, name="callers"),
    path("calls/start/", calls.start, name="call-start"),
    path("calls/<int:call_id>/", calls.call, name="call"),
    path("calls/<int:call_id>/name/", calls.name, name="call-name"),
    path("calls/<int:call_id>/ask/", calls.ask, name="call-ask"),
    path("calls/<int:call_id>/notes/", calls.notes, name="call-notes"),
    path("calls/<int:call_id>/park/", calls.park, name="call-park"),
    path("calls/<int:call_id>/resume/", calls.resume, name="call-resume"),
    path("calls/<int:call_id>/end/", calls.end, name="call-end"),
    path("calls/<int:call_id>/into/<slug:into>/", calls.turn, name="call-turn"),
    path("<int:order_id>/", drafts.edit, name="edit"),
    path("<int:order_id>/rows/", drafts.further_rows, name="rows"),
    path("<int:order_id>/line/", drafts.line, name="line"),
    path("<int:order_id>/items/", drafts.items, name="items"),
    path("<int:order_id>/seat/", seats.seat, name="seat"),
    path("<int:order_id>/submit/", verbs.submit, name="submit"),
    path("<int:order_id>/confirm/", verbs.confirm, name="confirm"),
    path("<int:order_id>/back/", verbs.back, name="back"),
    path("<int:order_id>/cancel/", verbs.cancel, name="cancel"),
    path("<int:order_id>/cancel-rest/", verbs.cancel_rest, name="cancel-rest"),
    path("<int:order_id>/discard/", verbs.discard, name="discard"),
    path("<int:order_id>/repeat/", verbs.repeat, name="repeat"),
    path("quotes/<int:quote_id>/convert/", verbs.convert, name="convert"),
]
