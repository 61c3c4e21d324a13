"""A wave follows its shipments: inside the verbs that pick them and put them back."""

from omc.lib import clock
from omc.lib.actor import Actor
from orders.core import eventlog
from orders.fulfillment.events import WaveCancelled, WaveDone, WaveStarted
from orders.fulfillment.machines import WAVE
from orders.fulfillment.models import Shipment, ShipmentState, Wave, WaveState


def begin_wave(wave_id: int, actor: Actor) -> None:
    """The first thing of a wave was taken. Events: wave_started"""
    if not Wave.objects.filter(pk=wave_id, state=WaveState.OPEN).exists():
        return
    wave = Wave.objects.select_for_update().get(pk=wave_id)
    if wave.state == WaveState.OPEN:
        stamp = {"started_at": clock.now(), "picker": actor.user_id}
        WAVE.advance(wave, WaveState.PICKING, WaveStarted(), actor=actor, record=eventlog.record_many, stamp=stamp)


def follow_wave(wave_id: int, actor: Actor) -> None:
    """One of its shipments is picked or put back: with the last of them the wave ends.

    Events: wave_done, or wave_cancelled when nothing of it was picked
    """
    wave = Wave.objects.select_for_update().get(pk=wave_id)
    states = list(Shipment.objects.filter(wave=wave).values_list("state", flat=True))
    if wave.state not in (WaveState.OPEN, WaveState.PICKING) or ShipmentState.PICKING in states:
        return
    picked = sum(state != ShipmentState.CANCELLED for state in states)
    to = WaveState.DONE if picked else WaveState.CANCELLED
    event = WaveDone(shipments=picked) if picked else WaveCancelled()
    WAVE.advance(wave, to, event, actor=actor, record=eventlog.record_many, stamp={"ended_at": clock.now()})
