from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PricingConfig(AppConfig):
    name = "orders.pricing"
    label = "orders_pricing"
    verbose_name = _("3 Cost estimation and pricing")

    def ready(self) -> None:
        from orders.pricing import cards, registrations
        from orders.pricing.agreements import registrations as agreements
        from orders.pricing.answers import registrations as answers
        from orders.pricing.files import registrations as files
        from orders.pricing.guidelines import registrations as guidelines
        from orders.pricing.questions import registrations as questions
        from orders.pricing.serving import registrations as serving
        from orders.pricing.trends import registrations as trends
        from orders.pricing.warnings import registrations as warnings
        from orders.pricing.whatif import registrations as whatif

        registrations.register()
        cards.register()
        guidelines.register()
        answers.register()
        files.register()
        questions.register()
        trends.register()
        whatif.register()
        agreements.register()
        serving.register()
        warnings.register()
