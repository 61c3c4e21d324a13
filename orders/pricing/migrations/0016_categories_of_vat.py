from django.db import migrations, models


class Migration(migrations.Migration):
    """All categories that EN 16931 knows of VAT, so that an electronic invoice says the right one."""

    dependencies = [("orders_pricing", "0015_quotes_to_convert")]

    operations = [
        migrations.RemoveConstraint("taxrule", "tax_rule_category_known"),
        migrations.AlterField(
            "taxrule",
            "category",
            models.CharField(
                choices=[
                    ("S", "Standard rate"),
                    ("Z", "Zero rated"),
                    ("E", "Exempt"),
                    ("AE", "Reverse charge"),
                    ("K", "Goods to another country of the European Union"),
                    ("G", "Export"),
                    ("O", "Not subject to VAT"),
                ],
                default="S",
                max_length=2,
            ),
        ),
        migrations.AddConstraint(
            "taxrule",
            models.CheckConstraint(
                condition=models.Q(category__in=["S", "Z", "E", "AE", "K", "G", "O"]), name="tax_rule_category_known"
            ),
        ),
    ]
