from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Collate, Upper


class Migration(migrations.Migration):
    """Search finds beginnings of titles in any case; customers and items by other letters than documents."""

    atomic = False
    dependencies = [("orders", "0005_messages_by_time")]

    operations = [
        AddIndexConcurrently(
            "searchentry",
            GinIndex(
                fields=["text"],
                name="search_party_trigram",
                opclasses=["gin_trgm_ops"],
                condition=models.Q(weight__gt=0),
            ),
        ),
        AddIndexConcurrently(
            "searchentry",
            GinIndex(
                fields=["text"],
                name="search_document_trigram",
                opclasses=["gin_trgm_ops"],
                condition=models.Q(weight=0),
            ),
        ),
        AddIndexConcurrently(
            "searchentry", models.Index("company", Collate(Upper("title"), "C"), name="search_by_title")
        ),
        RemoveIndexConcurrently("searchentry", "search_entry_trigram"),
        RemoveIndexConcurrently("searchentry", "search_entry_prefix"),
    ]
