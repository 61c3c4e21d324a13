"""REST doors of stage 3 at /api/v1/pricing/."""

from django.urls import path

from orders.pricing.agreements import api as agreements
from orders.pricing.agreements.plan import api as plan
from orders.pricing.api import costs, prices, quote_drafts, quotes, reference, won_lost
from orders.pricing.files import api as files
from orders.pricing.guidelines import api as guidelines
from orders.pricing.questions import api as questions
from orders.pricing.serving import api as serving
from orders.pricing.trends import api as trends
from orders.pricing.warnings import api as warnings
from orders.pricing.whatif import api as whatif

urlpatterns = [
    path("quotes/", quotes.QuotesApi.as_view(), name="quotes"),
    path("quotes/<int:quote_id>/", quotes.QuoteApi.as_view(), name="quote"),
    path("quotes/<int:quote_id>/draft/", quote_drafts.QuoteDraftApi.as_view(), name="quote-draft"),
    path("quotes/<int:quote_id>/send/", quotes.SendQuoteApi.as_view(), name="send-quote"),
    path("quotes/<int:quote_id>/accept/", quotes.AcceptQuoteApi.as_view(), name="accept-quote"),
    path("quotes/<int:quote_id>/reject/", quotes.RejectQuoteApi.as_view(), name="reject-quote"),
    path("quotes/<int:quote_id>/close/", quotes.CloseQuoteApi.as_view(), name="close-quote"),
    path("quotes/<int:quote_id>/answers/", quotes.QuoteAnswersApi.as_view(), name="quote-answers"),
    path("quotes/<int:quote_id>/link/", quotes.QuoteLinkApi.as_view(), name="quote-link"),
    path("quotes/<int:quote_id>/renew/", quotes.RenewQuoteApi.as_view(), name="renew-quote"),
    path("quotes/<int:quote_id>/pdf/", quotes.QuotePdfApi.as_view(), name="quote-pdf"),
    path("quotes/won-and-lost/", won_lost.WonLostApi.as_view(), name="won-and-lost"),
    path("price-lists/", prices.PriceListsApi.as_view(), name="price-lists"),
    path("price-lists/<int:list_id>/breaks/", prices.BreaksApi.as_view(), name="breaks"),
    path("price-lists/<int:list_id>/next/", prices.NextVersionApi.as_view(), name="next-version"),
    path("price-lists/<int:list_id>/files/", files.PriceFilesApi.as_view(), name="price-files"),
    path("price-files/<int:file_id>/", files.PriceFileApi.as_view(), name="price-file"),
    path("price-files/<int:file_id>/rows/", files.PriceFileRowsApi.as_view(), name="price-file-rows"),
    path("price-files/<int:file_id>/publish/", files.PublishPriceFileApi.as_view(), name="publish-price-file"),
    path("price-lists/<int:list_id>/what-if/", whatif.NewWhatIfApi.as_view(), name="new-what-if"),
    path("what-ifs/", whatif.WhatIfsApi.as_view(), name="what-ifs"),
    path("what-ifs/<int:what_if_id>/", whatif.WhatIfApi.as_view(), name="what-if"),
    path("what-ifs/<int:what_if_id>/lines/", whatif.WhatIfLinesApi.as_view(), name="what-if-lines"),
    path("what-ifs/<int:what_if_id>/sums/", whatif.WhatIfSumsApi.as_view(), name="what-if-sums"),
    path("what-ifs/<int:what_if_id>/draft/", whatif.DraftWhatIfApi.as_view(), name="draft-what-if"),
    path("costs/<int:product_id>/", costs.CostsApi.as_view(), name="costs"),
    path("warnings/", warnings.CostWarningsApi.as_view(), name="cost-warnings"),
    path("warnings/<int:warning_id>/", warnings.CostWarningApi.as_view(), name="cost-warning"),
    path("warnings/<int:warning_id>/items/", warnings.WarningItemsApi.as_view(), name="cost-warning-items"),
    path("warnings/<int:warning_id>/rows/", warnings.WarningRowsApi.as_view(), name="cost-warning-rows"),
    path("warnings/<int:warning_id>/propose/", warnings.ProposePricesApi.as_view(), name="propose-prices"),
    path("warnings/<int:warning_id>/count/", warnings.CountWarningApi.as_view(), name="count-warning"),
    path("warnings/<int:warning_id>/decide/", warnings.DecideWarningApi.as_view(), name="decide-warning"),
    path("trend/", trends.PriceTrendApi.as_view(), name="trend"),
    path("variance/", trends.PriceVarianceApi.as_view(), name="variance"),
    path("sold-lines/", trends.SoldLinesApi.as_view(), name="sold-lines"),
    path("price/", prices.PriceApi.as_view(), name="price"),
    path("orders/<int:order_id>/serving/", serving.OrderServingApi.as_view(), name="order-serving"),
    path("quotes/<int:quote_id>/serving/", serving.QuoteServingApi.as_view(), name="quote-serving"),
    path("explain/<int:line_id>/", prices.ExplainApi.as_view(), name="explain"),
    path("guidelines/", guidelines.GuidelinesApi.as_view(), name="guidelines"),
    path("guidelines/<int:version_id>/publish/", guidelines.PublishApi.as_view(), name="publish-guidelines"),
    path("guidelines/roll-back/", guidelines.RollBackApi.as_view(), name="roll-back-guidelines"),
    path("approvals/", guidelines.ApprovalsApi.as_view(), name="approvals"),
    path("approvals/<int:approval_id>/", guidelines.ApprovalApi.as_view(), name="approval"),
    path("approvals/<int:approval_id>/delegate/", guidelines.DelegateApi.as_view(), name="delegate-approval"),
    path("approvals/records/", guidelines.RecordsApi.as_view(), name="approver-records"),
    path("questions/", questions.QuestionsApi.as_view(), name="questions"),
    path("questions/report/", questions.QuestionReportApi.as_view(), name="question-report"),
    path("questions/<int:question_id>/", questions.QuestionApi.as_view(), name="question"),
    path("questions/<int:question_id>/pass/", questions.PassQuestionApi.as_view(), name="pass-price"),
    path("questions/<int:question_id>/withdraw/", questions.WithdrawQuestionApi.as_view(), name="withdraw-price"),
    path("questions/<int:question_id>/use/", questions.UseAnswerApi.as_view(), name="use-price"),
    path("agreements/", agreements.AgreementsApi.as_view(), name="agreements"),
    path("agreements/<int:agreement_id>/", agreements.AgreementApi.as_view(), name="agreement"),
    path(
        "agreements/<int:agreement_id>/releases/", agreements.AgreementReleasesApi.as_view(), name="agreement-releases"
    ),
    path(
        "agreements/<int:agreement_id>/activate/", agreements.ActivateAgreementApi.as_view(), name="activate-agreement"
    ),
    path("agreements/<int:agreement_id>/plan/", plan.AgreementPlanApi.as_view(), name="agreement-plan"),
    path("planned-releases/", plan.PlannedReleasesApi.as_view(), name="planned-releases"),
    path("planned-releases/<int:release_id>/", plan.PlannedReleaseApi.as_view(), name="planned-release"),
    path("planned-releases/<int:release_id>/skip/", plan.SkipReleaseApi.as_view(), name="skip-release"),
    path("agreements/<int:agreement_id>/close/", agreements.CloseAgreementApi.as_view(), name="close-agreement"),
    path("tax-rules/", reference.TaxRulesApi.as_view(), name="tax-rules"),
    path("tax-rules/<int:rule_id>/", reference.TaxRuleApi.as_view(), name="tax-rule"),
    path("exchange-rates/", reference.RatesApi.as_view(), name="exchange-rates"),
]
