"""Django's settings; what may differ between installations is read in `env` and nowhere else."""

from pathlib import Path

from senim.base.sealed import KeysMissing, read_key
from senim.config import env

PACKAGE = Path(__file__).resolve().parent.parent

SENIM_KEYS_DIR = env.text("SENIM_KEYS_DIR")
SENIM_NOW = env.text("SENIM_NOW")
SENIM_CLOCK_AHEAD = env.seconds("SENIM_CLOCK_AHEAD")
SENIM_SEAL_EVERY = env.seconds_between(1, 5, "SENIM_SEAL_EVERY")
SENIM_CONTENT_ORIGIN = env.text("SENIM_CONTENT_ORIGIN")
SENIM_ORIGIN = env.text("SENIM_ORIGIN")
SENIM_BREACHED_PASSWORDS = env.text("SENIM_BREACHED_PASSWORDS")
SENIM_OIDC_ISSUER = env.text("SENIM_OIDC_ISSUER").rstrip("/")
SENIM_OIDC_CLIENT_ID = env.text("SENIM_OIDC_CLIENT_ID")
SENIM_OIDC_CLIENT_SECRET_FILE = env.text("SENIM_OIDC_CLIENT_SECRET_FILE")
SENIM_OIDC_NAME = env.text("SENIM_OIDC_NAME")
SENIM_OIDC_IIN_CLAIM = env.text("SENIM_OIDC_IIN_CLAIM")
SENIM_OIDC_STRONG = frozenset(env.words("SENIM_OIDC_STRONG"))
SENIM_TRUSTED_PROXIES = env.networks("SENIM_TRUSTED_PROXIES")
SENIM_TRACKER_SERVERS = env.networks("SENIM_TRACKER_SERVERS")


def _secret_key() -> str:
    if given := env.text("SENIM_SECRET_KEY"):
        return given
    try:
        return read_key(Path(SENIM_KEYS_DIR), "django")
    except KeysMissing:
        return ""  # `senim init` runs before there is one; checks refuse to serve without it


SECRET_KEY = _secret_key() or "unset-until-senim-init"
DEBUG = env.flag("SENIM_DEBUG")
ALLOWED_HOSTS = env.words("SENIM_ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [SENIM_ORIGIN]

INSTALLED_APPS = [
    "senim.base",
    "senim.ledger",
    "senim.people",
    "senim.schools",
    "senim.timetable",
    "senim.journal",
    "senim.privacy",
    "senim.exchange",
    "senim.web",
    "senim.api",
    "senim.jobs",
    "senim.config",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "senim.config.wall.headers",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "senim.config.wall.PolicyWall",
]

ROOT_URLCONF = "senim.config.urls"
WSGI_APPLICATION = "senim.config.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "senim.web.jinja.environment",
            "context_processors": ["senim.web.jinja.shell_context"],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]

DATABASES = {"default": env.database()}
SENIM_OWNER_DATABASE = env.other_role("SENIM_OWNER_DATABASE_URL")
SENIM_JOB_DATABASE = env.other_role("SENIM_JOB_DATABASE_URL")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Account"
PASSWORD_HASHERS = ["senim.people.hashers.Argon2id19MiB"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "senim.people.breached.TooLong"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "senim.people.breached.ChosenByHabit"},
    {"NAME": "senim.people.breached.KnownFromBreaches"},
]

SESSION_COOKIE_NAME = "senim_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SENIM_ORIGIN.startswith("https://")
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60
CSRF_COOKIE_NAME = "senim_csrf"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
CSRF_USE_SESSIONS = False
CSRF_FAILURE_VIEW = "senim.web.errors.forbidden"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

LANGUAGE_CODE = "kk"
LANGUAGE_COOKIE_NAME = "senim_language"
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGES = [("kk", "Қазақша"), ("ru", "Русский"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
FORMAT_MODULE_PATH = ["senim.config.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Almaty"

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]

# Signing in: allauth's steps and second factor under our own routes (web/signin). Its own tries,
# e-mails and sign-up stay off; tries are counted in people.signing_in, for all workers alike.
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "senim.web.signin.adapter.SignInSteps"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
MFA_ADAPTER = "senim.web.signin.adapter.SecondFactor"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_REAUTHENTICATION_REQUIRED = False  # a session that still owes its factor lives 15 minutes
MFA_SUPPORTED_TYPES = ["recovery_codes", "totp", "webauthn"]
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Senim"
MFA_TOTP_TOLERANCE = 1  # phones run half a minute fast or slow

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
