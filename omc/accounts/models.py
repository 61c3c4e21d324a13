"""People and programs that log in. What they may do comes from their roles in a company (``roles.py``)."""

import hashlib
import secrets
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(username, password, is_staff=True, **fields)


class User(AbstractBaseUser):
    """A login: a person, or a program that acts as itself (``is_service``)."""

    class Density(models.TextChoices):
        COMPACT = "compact", _("Compact")
        COMFORTABLE = "comfortable", _("Comfortable")

    username = models.CharField(max_length=60, unique=True, validators=[UnicodeUsernameValidator()])
    full_name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    time_zone = models.CharField(max_length=60, default="UTC")
    language = models.CharField(max_length=10, default="en")
    density = models.CharField(max_length=12, choices=Density, default=Density.COMFORTABLE)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text=_("May open the read-only admin site."))
    is_service = models.BooleanField(default=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    # Set per request by core's middleware: the permissions of this user in the company being worked in.
    company_permissions: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_short_name(self) -> str:
        return (self.full_name or self.username).split(" ")[0]

    @property
    def is_superuser(self) -> bool:
        """Nobody is above the roles; Django's admin asks for the attribute."""
        return False

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and (perm in self.company_permissions or self._may_view_in_admin(perm))

    def has_perms(self, perm_list: list[str], obj: object = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff

    def _may_view_in_admin(self, perm: str) -> bool:
        return self.is_staff and perm.partition(".")[2].startswith("view_")


class ApiToken(models.Model):
    """A key for programs: the hash of a secret, one company, and the permissions it is limited to.

    An empty ``scopes`` gives all that the user's roles give; otherwise the intersection. ``roles`` limit it likewise.
    ``last_used_at`` is kept to the minute.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="tokens")
    company_id = models.BigIntegerField()
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    roles = ArrayField(models.CharField(max_length=20), default=list, blank=True, db_default=[])
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company_id", "user", "name"],
                condition=models.Q(revoked_at__isnull=True),
                name="api_token_name_unique",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def new_secret() -> str:
        return "omc_" + secrets.token_urlsafe(32)

    @staticmethod
    def digest_of(secret: str) -> str:
        return hashlib.sha256(secret.encode()).hexdigest()
