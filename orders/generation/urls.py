from django.urls import path

from orders.generation import views

app_name = "generation"
urlpatterns = [
    path("", views.enquiries, name="enquiries"),
    path("new/", views.record, name="record"),
    path("customers/", views.customer_options, name="customer-options"),
    path("items/", views.item_options, name="item-options"),
    path("<int:enquiry_id>/", views.enquiry, name="enquiry"),
    path("<int:enquiry_id>/take/", views.take, name="take"),
    path("<int:enquiry_id>/close/", views.close, name="close"),
]
