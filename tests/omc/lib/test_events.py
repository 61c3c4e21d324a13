import pytest

from omc.lib.events import sentence_of, way_of

POSTED = {"invoice": "INV-1", "total_amount": "1864.5", "currency": "USD", "due_date": "2026-12-21"}


def test_a_sentence_says_days_and_amounts_as_people_write_them():
    assert sentence_of("invoice_posted", POSTED) == "Invoice INV-1 posted: 1,864.50 USD, due 21 Dec 2026"


@pytest.mark.parametrize(("lines", "said"), [(1, "Submitted with 1 line"), (21, "Submitted with 21 lines")])
def test_one_of_a_thing_is_not_told_as_many(lines, said):
    assert sentence_of("order_submitted", {"lines": lines}) == said


def test_what_counts_nothing_is_not_said():
    shipped = {"shipment": "SH-1", "units": "5", "open_units": "0"}
    assert sentence_of("shipment_shipped", shipped) == "SH-1 shipped: 5 units"
    told = sentence_of("shipment_shipped", shipped | {"open_units": "2"})
    assert told == "SH-1 shipped: 5 units; 2 units of the order are still open"


def test_what_a_reader_may_not_see_is_a_gap_in_the_sentence():
    hidden = {key: value for key, value in POSTED.items() if key != "total_amount"}
    assert sentence_of("invoice_posted", hidden) == "Invoice INV-1 posted: … USD, due 21 Dec 2026"


@pytest.mark.parametrize(("channel", "said"), [("ui", ""), ("job", "by itself"), ("edi", "edi")])
def test_a_change_at_a_screen_needs_no_word_for_its_door(channel, said):
    assert way_of(channel) == said
