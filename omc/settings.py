"""Django's settings. Everything that differs between machines comes from the environment (see README.md).

``OMC_ENV=local`` (the default) is for one machine: it answers only to its own names, keeps its key and data under
``.omc``. ``OMC_ENV=production`` wants every secret and address given, and turns transport security on.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import django_stubs_ext
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from omc.environment import Environment
from omc.lib.kept import keeping
from omc.logging import log_settings
from omc.run.places import private_servers, secret_key, state_folder

django_stubs_ext.monkeypatch()  # so that typed fields, managers and admins also exist at run time

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()

PRODUCTION = env.choice("OMC_ENV", "local", ("local", "production")) == "production"
DEBUG = env.boolean("DEBUG", False)
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("The environment variable DEBUG must be false when OMC_ENV is production.")
if PRODUCTION:
    SECRET_KEY = env.required("SECRET_KEY", "a secret of 50 or more random characters")
else:
    SECRET_KEY = env.text("SECRET_KEY") or secret_key()
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", () if PRODUCTION else ("localhost", "127.0.0.1", "[::1]"))
if not ALLOWED_HOSTS:
    env.required("ALLOWED_HOSTS", "the names that this site answers to, separated by commas")
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS")

# The address that customers find us at: links in mails begin with it. On one machine it is that of the request.
PUBLIC_URL = env.origin("PUBLIC_URL")
if PRODUCTION and not PUBLIC_URL:
    PUBLIC_URL = next(iter(CSRF_TRUSTED_ORIGINS), f"https://{ALLOWED_HOSTS[0].lstrip('.')}")
BEHIND_PROXY = PRODUCTION and env.boolean("BEHIND_PROXY", True)

# The cycle, in order. The only place where Python has the order written down; the import contract in
# pyproject.toml says the same, and a test compares both with the folders.
STAGES = [
    "planning",
    "orders.generation",
    "orders.pricing",
    "orders.entry",
    "orders.prioritization",
    "orders.scheduling",
    "orders.fulfillment",
    "billing",
    "returns.claims",
    "returns.postsales",
]

INSTALLED_APPS = [
    "omc",
    "omc.accounts",
    "omc.demo",
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    "template_partials",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "orders.core",
    *STAGES,
    "analytics",
    "omc.history",
    "omc.tour",
]

MIDDLEWARE = [
    "omc.lib.request.RequestContextMiddleware",
    "omc.logging.AccessLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "omc.security.PolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "orders.core.middleware.ActorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",  # last: it turns a lock-out into an answer
]

ROOT_URLCONF = "omc.urls"
WSGI_APPLICATION = "omc.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "libraries": {"ui": "omc.lib.templatetags.ui", "charts": "omc.lib.templatetags.charts"},
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "orders.core.context.shell",
            ],
        },
    }
]

# --- Stores: the environment, else the private servers that `make run` started, else nothing is there yet.

_private = {} if PRODUCTION else private_servers()
_nowhere = "postgresql://postgres@127.0.0.1:5432/omc"
if PRODUCTION:
    for _name in ("DATABASE_URL", "REDIS_URL", "CACHE_URL"):
        env.required(_name, "production has no private servers of its own")


def _database(name: str, fallback: str = "") -> dict[str, Any] | None:
    settings = env.database(name) or Environment({name: fallback}).database(name)
    pooled = env.boolean("DATABASE_POOLED", False)  # behind PgBouncer in transaction mode
    return settings and settings | {
        "CONN_MAX_AGE": 0 if pooled else 60,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": pooled,
        "OPTIONS": settings["OPTIONS"] if pooled else keeping(settings["OPTIONS"]),
    }


DATABASES = {"default": _database("DATABASE_URL", _private.get("database", _nowhere))}
if _replica := _database("ANALYTICS_DATABASE_URL"):
    DATABASES["analytics"] = _replica | {"TEST": {"MIRROR": "default"}}
ANALYTICS_DATABASE = "analytics" if _replica else "default"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Broker and cache are separate stores: the broker may never evict, the cache may.
BROKER_URL = env.redis_url("REDIS_URL") or _private.get("broker", "")
CACHE_URL = env.redis_url("CACHE_URL") or _private.get("cache", "")
if CACHE_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- Jobs

VISIBILITY_TIMEOUT_SECONDS = env.whole_number("VISIBILITY_TIMEOUT_SECONDS", 1800, least=60)
CELERY_BROKER_URL = BROKER_URL or "memory://"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Unacknowledged tasks come back after this long: a little above the longest task (long jobs are sharded).
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": VISIBILITY_TIMEOUT_SECONDS,
    "socket_timeout": 10,
    "socket_connect_timeout": 5,
    "retry_on_timeout": True,
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True  # the truth is in the database (JobRun, deliveries), never in the broker
CELERY_TASK_TIME_LIMIT = VISIBILITY_TIMEOUT_SECONDS - 30
CELERY_TASK_SOFT_TIME_LIMIT = VISIBILITY_TIMEOUT_SECONDS - 45
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_QUEUES: dict[str, dict[str, Any]] = {"interactive": {}, "default": {}, "analytics": {}}
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_ROUTES = {"analytics.*": {"queue": "analytics"}}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_TIMEZONE = "UTC"

# --- People

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "omc.accounts.backends.RoleBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = env.whole_number("LOGIN_ATTEMPTS", 8, least=1)
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False

# --- Words and time

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "omc" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

# --- Files

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.text("STATIC_ROOT") or state_folder() / "static")
MEDIA_ROOT = Path(env.text("MEDIA_ROOT") or state_folder() / "media")  # private: never served by URL
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
_manifest = "omc.lib.static_files.ManifestStorage"
_plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _manifest if PRODUCTION else _plain},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a 1,000-line order sent as one plain form
FILE_UPLOAD_PERMISSIONS = 0o600

# --- REST

REST_FRAMEWORK = {
    "EXCEPTION_HANDLER": "omc.lib.drf.exception_handler",
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.CursorPagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "PAGE_SIZE": 50,
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Order management API",
    "DESCRIPTION": "Orders through the ten stages of the order management cycle.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [],  # choices stand where they are used; a shared name for each would say nothing
    "ENABLE_DJANGO_DEPLOY_CHECK": False,  # the gate has a check of its own for the description of the API
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# --- Security: no inline script, no inline style, nothing from elsewhere. The admin skin has its own policy.

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = env.whole_number("HSTS_SECONDS", 31_536_000 if PRODUCTION else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked by the machine's own health checks
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Logs

LOG_FORMAT = env.choice("LOG_FORMAT", "json" if PRODUCTION else "console", ("json", "console"))
LOG_LEVEL = env.choice("LOG_LEVEL", "info", ("debug", "info", "warning", "error")).upper()
LOGGING = log_settings(LOG_FORMAT, LOG_LEVEL)
LOGGING_CONFIG = "omc.logging.configure"

EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # mail is a row on the Sent page
SILENCED_SYSTEM_CHECKS: list[str] = []
