from django.urls import path

from orders.prioritization import views

app_name = "prioritization"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("rank/", views.rank_backlog, name="rank-backlog"),
    path("orders/<int:order_id>/", views.explain, name="explain"),
    path("orders/<int:order_id>/rank/", views.rank, name="rank"),
    path("runs/", views.runs, name="runs"),
    path("runs/<int:run_id>/", views.run, name="run"),
    path("runs/<int:run_id>/apply/", views.apply, name="apply"),
    path("runs/<int:run_id>/discard/", views.discard, name="discard"),
    path("rules/", views.rule_sets, name="rule-sets"),
    path("rules/<int:rule_set_id>/", views.rule_set, name="rule-set"),
    path("rules/<int:rule_set_id>/draft/", views.draft, name="draft-rule-set"),
    path("rules/<int:rule_set_id>/edit/", views.edit_rule_set, name="edit-rule-set"),
    path("rules/<int:rule_set_id>/publish/", views.publish, name="publish-rule-set"),
]
