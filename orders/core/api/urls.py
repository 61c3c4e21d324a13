from django.urls import path

from orders.core.api import files, hold_types, lists, messages, views
from orders.core.house import api as house
from orders.core.house import key_api
from orders.core.master import api as master

urlpatterns = [
    path("lists/", lists.ListsApi.as_view(), name="lists"),
    path("lists/<slug:list_key>/views/", lists.SavedViewsApi.as_view(), name="saved-views"),
    path("views/<int:view_id>/", lists.SavedViewApi.as_view(), name="saved-view"),
    path("orders/", views.OrdersApi.as_view(), name="orders"),
    path("orders/<int:order_id>/", views.OrderApi.as_view(), name="order"),
    path("orders/<int:order_id>/events/", views.OrderEventsApi.as_view(), name="order-events"),
    path("orders/<int:order_id>/holds/", views.OrderHoldsApi.as_view(), name="order-holds"),
    path("orders/<int:subject_id>/notes/", views.NotesApi.as_view(), name="order-notes"),
    path("files/<slug:subject_type>/<int:subject_id>/", files.FilesApi.as_view(), name="files"),
    path("files/<int:attachment_id>/", files.FileApi.as_view(), name="file"),
    path("notes/<slug:subject_type>/<int:subject_id>/", views.NotesApi.as_view(), name="notes"),
    path("watches/<slug:subject_type>/<int:subject_id>/", views.WatchApi.as_view(), name="watch"),
    path("notifications/", views.NotificationsApi.as_view(), name="notifications"),
    path("holds/", views.HoldsApi.as_view(), name="holds"),
    path("holds/types/", hold_types.HoldTypesApi.as_view(), name="hold-types"),
    path("holds/types/<str:code>/", hold_types.HoldTypeApi.as_view(), name="hold-type"),
    path("holds/<int:hold_id>/assign/", views.AssignHoldApi.as_view(), name="assign-hold"),
    path("holds/<int:hold_id>/resolve/", views.ResolveHoldApi.as_view(), name="resolve-hold"),
    path("holds/<int:hold_id>/reject/", views.RejectHoldApi.as_view(), name="reject-hold"),
    path("duties/", views.DutiesApi.as_view(), name="duties"),
    *master.paths(),
    *house.urlpatterns,
    *key_api.urlpatterns,
    path("messages/", messages.SentApi.as_view(), name="messages"),
    path("messages/<int:message_id>/again/", messages.ResendApi.as_view(), name="resend-message"),
    path("messages/<int:message_id>/retry/", messages.RetryApi.as_view(), name="retry-message"),
    path("contacts/<int:contact_id>/messages/", messages.ContactMessagesApi.as_view(), name="contact-messages"),
    path("message-words/<slug:kind>/<slug:language>/", messages.WordingApi.as_view(), name="message-words"),
    path("jobs/<int:job_id>/", views.JobApi.as_view(), name="job"),
    path("jobs/<int:job_id>/cancel/", views.CancelJobApi.as_view(), name="cancel-job"),
]
