"""Who enters or rearranges master data of a company does so one after the other."""

from django.db import connection

from omc.lib.actor import Actor


def take_turn(actor: Actor) -> None:
    """Wait, to the end of the transaction, until nobody else enters or rearranges records of this company."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('orders.core.master'), %s)", [actor.company_id])
