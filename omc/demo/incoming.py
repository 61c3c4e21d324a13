"""What customers sent of late: a few documents of each kind in the order inbox, most of them still unread."""

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from typing import Final
from zoneinfo import ZoneInfo

from openpyxl import Workbook

from omc.demo.hours import hours_back
from omc.demo.house import House
from omc.demo.stage import Story
from omc.lib.documents import typeset
from orders.core.models import Customer, Product
from orders.entry.inbox.models import Door
from orders.entry.inbox.services import make_order, receive_document, save_proposal, set_aside

PLAIN: Final = "order-30988.xml"  # only whose it is needed a look, so it has become an order already
NO_ORDER: Final = "What is new in spring.eml"
_SPACE: Final = "urn:oasis:names:specification:ubl:schema:xsd:"


def stories(house: House, end: datetime) -> Iterator[tuple[datetime, Story]]:
    """Each document and when it came in: over the last two hours of work, most of them still unread and none too late."""
    zone = ZoneInfo(house.company.time_zone)
    for number, (filename, content, door) in enumerate(documents(house.customers, house.goods, end)):
        yield hours_back(end, 1.9 - 0.2 * number, zone), _received(house, filename, content, door)


def _received(house: House, filename: str, content: bytes, door: str) -> Story:
    document = receive_document(content=content, filename=filename, door=door, actor=house["csr"])
    if filename in (PLAIN, NO_ORDER):
        yield timedelta(minutes=25)
        if filename == PLAIN:
            save_proposal(document_id=document.pk, lines=(), header_checked=True, actor=house["csr"])
            make_order(document_id=document.pk, actor=house["csr"])
        else:
            set_aside(document_id=document.pk, reason="A newsletter, not an order", actor=house["csr"])
    yield timedelta(0)


def documents(buyers: Sequence[Customer], goods: Sequence[Product], end: datetime) -> list[tuple[str, bytes, str]]:
    """File name, content and door of each. Some are plain, some need a look, one is broken, one is from a stranger."""
    sku = [item.sku for item in goods]
    day = end.date() + timedelta(days=9)
    first, second, third, fourth = buyers[:4]
    return [
        ("Order AP-2291.eml", _mail(first, "Our order AP-2291", (
            "Hi Clara,\n\nplease send us\n\n"
            f"- 20 x {sku[3]}\n- 2 boxes of {sku[1]}\n- 40 of the {goods[12].name.lower()}\n- 5 x AP-VALVE-9\n\n"
            f"by {day:%A}. Same address as always.\n\nThanks\nJoe\nTel 555 0142\n")), Door.MAILBOX),
        ("850 from Cobalt.edi", _x12(third.code, "CE-88017", day, ((24, sku[5], "EA", goods[5].list_price),
            (6, sku[6], "EA", goods[6].list_price), (100, sku[10], "EA", "1.50"))), Door.MAILBOX),
        ("Call-off.xlsx", _sheet(("Call-off 7731",), ("Item No", "Description", "Qty", "UoM", "Need by"),
            (sku[7], goods[7].name, 2, "pc", day), (sku[8], goods[8].name, 12, "pc", day),
            ("HS 114", "gasket", 50, "pc", day)), Door.UPLOAD),
        ("850 that does not add up.edi", _x12(third.code, "CE-88018", day, ((10, sku[4], "EA", "64.00"),))
            .replace(b"SE*6*", b"SE*9*"), Door.MAILBOX),
        (PLAIN, _ubl(second, "30988", day, ((sku[9], "30", "C62", None),
            (sku[2], "3", "XBX", None))), Door.API),
        ("Purchase order 5512.eml", _mail(fourth, "Purchase order 5512", "Please find our order attached.\n", (
            "PO-5512.pdf", _pdf(fourth, "5512", day, ((sku[11], goods[11].name, "15", "pc"),
                (sku[13], goods[13].name, "120", goods[13].stock_unit))))), Door.MAILBOX),
        ("Do you have these.eml", _mail(None, "Order for next week", (
            f"Hello,\n\nwe found you on the web and would like to order 10 x {sku[3]} and 4 x {sku[8]} by next Friday.\n"
            "Our number is 60-114.\n\nRegards\nIda Lund, Lund & Daughters\n")), Door.MAILBOX),
        (NO_ORDER, _mail(None, "What is new in spring", (
            "Hello,\n\nour new catalog of pumps is out. Have a look at our booth in hall 4.\n\nThe team of Pump World\n"
            )), Door.MAILBOX),
        ("Cells of a sheet", f"{sku[12]}\t30\tpc\n{sku[4]}\t2\tpc\n{sku[5]}\t5\tpc\n".encode(), Door.PASTE),
    ]  # fmt: skip


def _mail(buyer: Customer | None, subject: str, body: str, file: tuple[str, bytes] | None = None) -> bytes:
    contact = buyer.contacts.order_by("-is_primary", "pk").first() if buyer else None
    message = EmailMessage()
    message["From"] = f"{contact.name} <{contact.email}>" if contact else "Ida Lund <ida@lund-daughters.example>"
    message["To"], message["Subject"] = "orders@harbor-supply.example", subject
    message.set_content(body)
    if file:
        message.add_attachment(file[1], maintype="application", subtype="pdf", filename=file[0])
    return message.as_bytes()


def _sheet(*rows: Sequence[object]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(list(row))
    book.save(file)
    return file.getvalue()


def _x12(sender: str, po: str, day: date, lines: Sequence[tuple[int, str, str, object]]) -> bytes:
    body = [f"BEG*00*SA*{po}**20261123", f"DTM*002*{day:%Y%m%d}"]
    body += [
        f"PO1*{number}*{count}*{unit}*{price or ''}*PE*VN*{sku}"
        for number, (count, sku, unit, price) in enumerate(lines, start=1)
    ]
    body.append(f"CTT*{len(lines)}")
    control = f"{int(''.join(filter(str.isdigit, po))):09d}"
    segments = [
        f"ISA*00*          *00*          *ZZ*{sender:<15}*ZZ*HARBOR         *261123*0900*U*00401*{control}*0*P*>",
        f"GS*PO*{sender}*HARBOR*20261123*0900*7*X*004010", "ST*850*0001", *body, f"SE*{len(body) + 2}*0001", "GE*1*7",
        f"IEA*1*{control}",
    ]  # fmt: skip
    return "".join(f"{segment}~\n" for segment in segments).encode()


def _ubl(buyer: Customer, po: str, day: date, lines: Sequence[tuple[str, str, str, object]]) -> bytes:
    rows = "\n".join(
        f'<cac:OrderLine><cac:LineItem><cbc:ID>{number}</cbc:ID><cbc:Quantity unitCode="{unit}">{count}</cbc:Quantity>'
        + (f'<cac:Price><cbc:PriceAmount currencyID="USD">{price}</cbc:PriceAmount></cac:Price>' if price else "")
        + f"<cac:Item><cac:SellersItemIdentification><cbc:ID>{sku}</cbc:ID></cac:SellersItemIdentification></cac:Item>"
        "</cac:LineItem></cac:OrderLine>"
        for number, (sku, count, unit, price) in enumerate(lines, start=1)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Order xmlns="{_SPACE}Order-2"'
        f' xmlns:cac="{_SPACE}CommonAggregateComponents-2" xmlns:cbc="{_SPACE}CommonBasicComponents-2">\n'
        f"<cbc:ID>{po}</cbc:ID>\n<cbc:DocumentCurrencyCode>USD</cbc:DocumentCurrencyCode>\n"
        f"<cac:BuyerCustomerParty><cac:Party><cac:PartyName><cbc:Name>{buyer.name} Inc.</cbc:Name></cac:PartyName>"
        "</cac:Party></cac:BuyerCustomerParty>\n<cac:Delivery><cac:RequestedDeliveryPeriod>"
        f"<cbc:EndDate>{day}</cbc:EndDate></cac:RequestedDeliveryPeriod></cac:Delivery>\n{rows}\n</Order>\n"
    ).encode()


def _pdf(buyer: Customer, po: str, day: date, lines: Sequence[tuple[str, str, str, str]]) -> bytes:
    content = {"buyer": buyer.name, "po": po, "day": f"{day:%d %B %Y}", "lines": [list(line) for line in lines]}
    return typeset("omc/demo/purchase_order.typ", content)
