"""Log-in by password; ``has_perm`` is answered from the roles without a query."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from omc.accounts.models import User
from omc.lib.prepared import Prepared

_ACTIVE = Prepared(lambda gaps: User.objects.filter(pk=gaps.user, is_active=True))


class RoleBackend(BaseBackend):
    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        if not username or password is None:
            return None
        user = User.objects.filter(username=username).first()
        if user is None:
            User().set_password(password)  # the same work for an unknown name, so that time tells nothing
            return None
        return user if user.check_password(password) and user.is_active and not user.is_service else None

    def get_user(self, user_id: int) -> User | None:
        return _ACTIVE.first(user=int(user_id))
