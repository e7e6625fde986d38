"""Every address, grouped by its first part."""

from django.contrib import admin
from django.urls import include, path

from delivery.health import healthz
from delivery.robots import robots

urlpatterns = [
    path("admin/welcome/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("robots.txt", robots, name="robots"),
    path("", include("publications.urls")),
]

handler400 = "publications.views.errors.bad_request"
handler403 = "publications.views.errors.forbidden"
handler404 = "publications.views.errors.not_found"
handler500 = "publications.views.errors.broken"
