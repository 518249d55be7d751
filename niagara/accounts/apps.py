from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "niagara.accounts"
    label = "accounts"
    verbose_name = "People and access"

    def ready(self) -> None:
        from niagara.accounts.operations.organizing import ensure_system_user

        post_migrate.connect(ensure_system_user, sender=self)
