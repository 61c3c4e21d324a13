from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

OPEN = Q(closed_at__isnull=True)


class Migration(migrations.Migration):
    """Every sort of a long list, and what homes ask, each by an index."""

    atomic = False
    dependencies = [("orders", "0006_beginnings_of_titles")]

    operations = [
        AddIndexConcurrently("order", models.Index(fields=["company", "created_at", "id"], name="order_by_created")),
        AddIndexConcurrently(
            "order", models.Index(fields=["company", "state", "created_at", "id"], name="order_state_by_created")
        ),
        AddIndexConcurrently(
            "order", models.Index(fields=["company", "state", "current_promise", "id"], name="order_state_by_promise")
        ),
        AddIndexConcurrently(
            "order", models.Index(fields=["company", "state", "submitted_at", "id"], name="order_state_by_submitted")
        ),
        AddIndexConcurrently(
            "order", models.Index(fields=["company", "customer", "created_at", "id"], name="order_of_customer")
        ),
        RemoveIndexConcurrently("order", "order_by_state"),
        RemoveIndexConcurrently("order", "order_by_customer"),
        AddIndexConcurrently(
            "order",
            models.Index(
                fields=["company", "id"],
                condition=~Q(shipping="none") & ~Q(billing="done"),
                name="order_to_bill",
            ),
        ),
        AddIndexConcurrently(
            "duty", models.Index(fields=["company", "opened_at", "id"], condition=OPEN, name="duty_open_by_age")
        ),
        AddIndexConcurrently(
            "duty", models.Index(fields=["company", "due_at", "id"], condition=OPEN, name="duty_open_by_due")
        ),
        AddIndexConcurrently(
            "duty", models.Index(fields=["company", "value_base", "id"], condition=OPEN, name="duty_open_by_value")
        ),
        AddIndexConcurrently(
            "duty",
            models.Index(fields=["company", "stage", "name", "due_at"], condition=OPEN, name="duty_open_by_name"),
        ),
    ]
