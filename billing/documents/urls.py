from django.urls import path

from billing.documents import views

urlpatterns = [
    path("invoices/<int:invoice_id>/invoice.pdf", views.pdf, name="pdf"),
    path("invoices/<int:invoice_id>/ubl.xml", views.ubl, name="ubl"),
    path("invoices/<int:invoice_id>/factur-x.pdf", views.factur_x, name="factur_x"),
    path("customers/<int:customer_id>/documents/", views.document_way, name="document_way"),
]
