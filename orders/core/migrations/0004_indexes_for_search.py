from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    """What is typed into a list or a type-ahead finds its rows by an index, whatever the case of its letters."""

    atomic = False
    dependencies = [("orders", "0003_saved_views")]

    operations = [
        AddIndexConcurrently(
            "customer", models.Index(OpClass(Upper("code"), "text_pattern_ops"), name="customer_code_prefix")
        ),
        AddIndexConcurrently(
            "customer", GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="customer_name_trigram")
        ),
        AddIndexConcurrently(
            "order", models.Index(OpClass(Upper("number"), "text_pattern_ops"), name="order_number_prefix")
        ),
        AddIndexConcurrently(
            "order", models.Index(OpClass(Upper("customer_po"), "text_pattern_ops"), name="order_po_prefix")
        ),
        AddIndexConcurrently(
            "product",
            models.Index(
                fields=["company", "sku"], name="product_sku_prefix", opclasses=["int8_ops", "varchar_pattern_ops"]
            ),
        ),
        AddIndexConcurrently(
            "product", models.Index(OpClass(Upper("sku"), "text_pattern_ops"), name="product_sku_any_case")
        ),
        AddIndexConcurrently("product", GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="product_name_trigram")),
        AddIndexConcurrently(
            "product", models.Index(fields=["barcode"], name="product_by_barcode", condition=~models.Q(barcode=""))
        ),
    ]
