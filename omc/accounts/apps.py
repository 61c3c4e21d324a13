from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "omc.accounts"
    label = "accounts"
    verbose_name = "Accounts"
