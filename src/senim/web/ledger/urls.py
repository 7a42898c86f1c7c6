"""Routes of this room; below the page they are those of c2sp.org/tlog-tiles."""

from django.urls import URLPattern, path

from senim.web.ledger import views

urlpatterns: list[URLPattern] = [
    path("ledger/", views.page, name="ledger"),
    path("ledger/checkpoint", views.checkpoint, name="ledger_checkpoint"),
    path("ledger/tile/<int:level>/<path:place>", views.tile, name="ledger_tile"),
    path("ledger/verify.py", views.verifier, {"kind": "py"}, name="ledger_verify_python"),
    path("ledger/verify.mjs", views.verifier, {"kind": "mjs"}, name="ledger_verify_javascript"),
]
