from django.urls import path

from returns.postsales import views

app_name = "postsales"
urlpatterns = [
    path("", views.cases, name="cases"),
    path("new/", views.open_case, name="open"),
    path("follow-ups/", views.follow_ups, name="follow-ups"),
    path("follow-ups/new/", views.plan_follow_up, name="plan"),
    path("follow-ups/<int:follow_up_id>/done/", views.complete_follow_up, name="done"),
    path("<int:case_id>/", views.case_page, name="case"),
    path("<int:case_id>/assign/", views.assign, name="assign"),
    path("<int:case_id>/reply/", views.reply, name="reply"),
    path("<int:case_id>/wait/", views.wait, name="wait"),
    path("<int:case_id>/resolve/", views.resolve, name="resolve"),
    path("<int:case_id>/close/", views.close, name="close"),
    path("<int:case_id>/reopen/", views.reopen, name="reopen"),
]
