"""Documents as customers send them, made here."""

import io
import zipfile
from collections.abc import Sequence
from email.message import EmailMessage

from openpyxl import Workbook


def mail(body: str, *, sender: str = "Pat Buyer <pat@acme.example>", subject: str = "Order", **files: bytes) -> bytes:
    """A mail; files by name, with "__" for the point of the ending."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "orders@harbor.example", subject
    message["Date"], message["Message-ID"] = "Mon, 23 Nov 2026 09:00:00 +0000", "<1@acme.example>"
    message.set_content(body)
    for name, content in files.items():
        filename = name.replace("__", ".")
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=filename)
    return message.as_bytes()


def workbook(*rows: Sequence[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def x12(
    *lines: str, po: str = "4711", sender: str = "ACMEEDI", wanted: str = "20310501", control: str = "000000042"
) -> bytes:
    """A purchase order: each line as "quantity|unit|price|kind|number…"."""
    body = [f"BEG*00*SA*{po}**20261123", f"DTM*002*{wanted}"]
    for number, line in enumerate(lines, start=1):
        quantity, unit, price, *names = line.split("|")
        body.append(f"PO1*{number}*{quantity}*{unit}*{price}*PE*" + "*".join(names))
    body.append(f"CTT*{len(lines)}")
    segments = [
        f"ISA*00*          *00*          *ZZ*{sender:<15}*ZZ*HARBOR         *261123*0900*U*00401*{control}*0*P*>",
        f"GS*PO*{sender}*HARBOR*20261123*0900*7*X*004010", "ST*850*0001", *body, f"SE*{len(body) + 2}*0001",
        "GE*1*7", f"IEA*1*{control}",
    ]  # fmt: skip
    return "".join(f"{segment}~\n" for segment in segments).encode()


_UBL = """<?xml version="1.0" encoding="UTF-8"?>
<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:ID>{po}</cbc:ID><cbc:IssueDate>2026-11-23</cbc:IssueDate><cbc:DocumentCurrencyCode>{currency}</cbc:DocumentCurrencyCode>
<cac:BuyerCustomerParty><cac:Party><cbc:EndpointID schemeID="0088">{sender}</cbc:EndpointID>
<cac:PartyName><cbc:Name>{name}</cbc:Name></cac:PartyName></cac:Party></cac:BuyerCustomerParty>
<cac:Delivery><cac:RequestedDeliveryPeriod><cbc:EndDate>2031-05-01</cbc:EndDate></cac:RequestedDeliveryPeriod></cac:Delivery>
{lines}</Order>"""
_UBL_LINE = """<cac:OrderLine><cac:LineItem><cbc:ID>{number}</cbc:ID><cbc:Quantity unitCode="{unit}">{quantity}</cbc:Quantity>
<cac:Price><cbc:PriceAmount currencyID="USD">{price}</cbc:PriceAmount></cac:Price>
<cac:Item><cbc:Name>{name}</cbc:Name><cac:SellersItemIdentification><cbc:ID>{sku}</cbc:ID></cac:SellersItemIdentification></cac:Item>
</cac:LineItem></cac:OrderLine>
"""


def ubl(
    *lines: tuple[str, str, str, str],
    po: str = "UBL-1",
    sender: str = "7300010000001",
    name: str = "Nobody",
    currency: str = "USD",
) -> bytes:
    """An order: (SKU, quantity, unit code, price) per line."""
    rows = [
        _UBL_LINE.format(number=number, sku=sku, quantity=quantity, unit=unit, price=price, name=f"Item {sku}")
        for number, (sku, quantity, unit, price) in enumerate(lines, start=1)
    ]
    return _UBL.format(po=po, sender=sender, name=name, currency=currency, lines="".join(rows)).encode()


def pdf(*rows: str) -> bytes:
    """A one-page PDF with these lines of text."""
    shown = "\n".join(f"({row.replace('(', '').replace(')', '')}) Tj T*" for row in rows)
    stream = f"BT /F1 10 Tf 50 750 Td 14 TL\n{shown}\nET".encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
    ]  # fmt: skip
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + table
    return out + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start


def zip_bomb() -> bytes:
    """A workbook of a few kilobytes that unpacks to a hundred megabytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 100_000_000)
    return file.getvalue()
