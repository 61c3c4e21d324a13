from django.urls import path

from orders.pricing.files import views as files
from orders.pricing.guidelines import views as guidelines
from orders.pricing.views import costs, ladders, price_lists, quotes, reference

app_name = "pricing"
urlpatterns = [
    path("", quotes.quotes, name="quotes"),
    path("quotes/new/", quotes.new_quote, name="new-quote"),
    path("quotes/<int:quote_id>/", quotes.quote, name="quote"),
    path("quotes/<int:quote_id>/edit/", quotes.edit_quote, name="edit-quote"),
    path("quotes/<int:quote_id>/send/", quotes.send, name="send-quote"),
    path("quotes/<int:quote_id>/accept/", quotes.accept, name="accept-quote"),
    path("quotes/<int:quote_id>/reject/", quotes.reject, name="reject-quote"),
    path("quotes/<int:quote_id>/answer/", quotes.reply, name="answer-question"),
    path("quotes/<int:quote_id>/close/", quotes.close, name="close-quote"),
    path("quotes/<int:quote_id>/pdf/", quotes.pdf, name="quote-pdf"),
    path("lists/", price_lists.price_lists, name="price-lists"),
    path("lists/new/", price_lists.new_price_list, name="new-price-list"),
    path("lists/<int:list_id>/", price_lists.price_list, name="price-list"),
    path("lists/<int:list_id>/edit/", price_lists.edit_price_list, name="edit-price-list"),
    path("lists/<int:list_id>/item/", ladders.ladder, name="ladder"),
    path("lists/<int:list_id>/next/", price_lists.next_version, name="next-version"),
    path("lists/<int:list_id>/files/new/", files.new_price_file, name="new-price-file"),
    path("files/<int:price_file_id>/", files.price_file, name="price-file"),
    path("files/<int:price_file_id>/publish/", files.publish_file, name="publish-file"),
    path("lists/<int:list_id>/prices.csv", price_lists.export_file, name="export-prices"),
    path("look-up/", reference.look_up, name="look-up"),
    path("explain/<int:line_id>/", reference.explain, name="explain"),
    path("explain/order/<int:order_id>/", reference.explain_row, name="explain-row"),
    path("costs/<int:product_id>/", costs.costs, name="costs"),
    path("guidelines/", guidelines.guidelines, name="guidelines"),
    path("guidelines/edit/", guidelines.edit_guidelines, name="edit-guidelines"),
    path("guidelines/<int:version_id>/publish/", guidelines.publish, name="publish-guidelines"),
    path("guidelines/roll-back/", guidelines.roll_back, name="roll-back-guidelines"),
    path("approvals/", guidelines.approvals, name="approvals"),
    path("approvals/<int:approval_id>/", guidelines.approval, name="approval"),
    path("approvals/<int:approval_id>/decide/", guidelines.decide, name="decide-approval"),
    path("approvals/<int:approval_id>/delegate/", guidelines.delegate, name="delegate-approval"),
    path("approvals/ask/order/<int:document_id>/", guidelines.ask, {"kind": "order"}, name="ask-order-approval"),
    path("approvals/ask/quote/<int:document_id>/", guidelines.ask, {"kind": "quote"}, name="ask-quote-approval"),
    path("exceptions/", guidelines.exceptions, name="exceptions"),
    path("taxes/", reference.taxes, name="taxes"),
    path("taxes/new/", reference.edit_tax, name="new-tax"),
    path("taxes/<int:rule_id>/", reference.edit_tax, name="edit-tax"),
    path("rates/", reference.rates, name="rates"),
    path("rates/new/", reference.set_rate, name="set-rate"),
]
