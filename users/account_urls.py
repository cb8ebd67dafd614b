"""The addresses below `/accounts/` that come before allauth's own."""

from django.urls import path

from users.doors import login
from users.ending import end
from users.refused import keep_address
from users.verification import CorrectionView, resend

urlpatterns = [
    path("login/", login, name="account_login"),
    path("beeindigen/", end, name="account_end"),
    path("email/klopt/", keep_address, name="keep_address"),
    path("confirm-email/opnieuw/", resend, name="verification_resend"),
    path("confirm-email/verbeteren/", CorrectionView.as_view(), name="verification_correct"),
]
