from django.urls import path

from billing.corrections import views as corrections
from billing.disputes import views as disputes
from billing.documents.urls import urlpatterns as document_doors
from billing.methods import views as methods
from billing.preflight import views as preflight
from billing.promises import views as promises
from billing.together import views as together
from billing.views import invoices, payments

app_name = "billing"
urlpatterns = [
    *document_doors,
    path("", invoices.to_invoice, name="to_invoice"),
    path("all/", invoices.invoice_all, name="invoice_all"),
    path("together/", together.together, name="together"),
    path("together/run/", together.run, name="run_together"),
    path("shipments/<int:shipment_id>/invoice/", invoices.invoice_shipment, name="invoice_shipment"),
    path("shipments/<int:shipment_id>/draft/", invoices.draft_invoice, name="draft_invoice"),
    path("orders/<int:order_id>/invoice/", invoices.invoice_order, name="invoice_order"),
    path("orders/<int:order_id>/billing/", methods.order_billing, name="order_billing"),
    path("customers/<int:customer_id>/billing/", methods.customer_billing, name="customer_billing"),
    path("invoices/", invoices.invoices, name="invoices"),
    path("invoices/<int:invoice_id>/", invoices.invoice, name="invoice"),
    path("invoices/<int:invoice_id>/void/", invoices.void, name="void"),
    path("invoices/<int:invoice_id>/dispute/", disputes.raise_dispute, name="raise_dispute"),
    path("invoices/<int:invoice_id>/promise/", promises.promise, name="promise"),
    path("promises/", promises.promises, name="promises"),
    path("promises/<int:promise_id>/", promises.promised, name="promised"),
    path("invoices/<int:invoice_id>/write-off/", corrections.write_off, name="write_off"),
    path("write-offs/<int:write_off_id>/", corrections.show_write_off, name="show_write_off"),
    path("write-offs/<int:write_off_id>/decide/", corrections.decide_write_off, name="decide_write_off"),
    path("payments/<int:payment_id>/reverse/", corrections.reverse_payment, name="reverse_payment"),
    path("payments/<int:payment_id>/refund/", corrections.refund_payment, name="refund_payment"),
    path("disputes/", disputes.disputes, name="disputes"),
    path("disputes/stuck/", disputes.stuck, name="stuck"),
    path("disputes/<int:dispute_id>/", disputes.dispute, name="dispute"),
    path("disputes/<int:dispute_id>/route/", disputes.route, name="route_dispute"),
    path("disputes/<int:dispute_id>/decide/", disputes.decide, name="decide_dispute"),
    path("invoices/<int:invoice_id>/check/", preflight.check, name="check_invoice"),
    path("invoices/<int:invoice_id>/purchase-order/", preflight.purchase_order, name="name_purchase_order"),
    path("invoices/<int:invoice_id>/clear/", preflight.clear, name="clear_invoice"),
    path("payments/", payments.payments, name="payments"),
    path("payments/new/", payments.choose_payer, name="choose_payer"),
    path("payments/new/<int:customer_id>/", payments.record_payment, name="record_payment"),
    path("payments/<int:payment_id>/", payments.payment, name="payment"),
    path("payments/<int:payment_id>/apply/", payments.apply_payment, name="apply_payment"),
    path("receivables/", payments.receivables, name="receivables"),
]
