from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("demo", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="tale",
            name="story",
            field=models.CharField(default="", help_text="Which version of the program tells this past.", max_length=16),
        ),
    ]
