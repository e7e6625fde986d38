"""Every address, grouped by its first part."""

from django.contrib import admin
from django.urls import include, path

from delivery.health import healthz
from delivery.robots import robots
from publications.desk.forgotten import forgotten

urlpatterns = [
    path("admin/", include("accounts.urls")),
    # Named as the admin's sign-in page asks for it.
    path("admin/password/forgotten/", forgotten, name="admin_password_reset"),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("robots.txt", robots, name="robots"),
    path("", include("interchange.urls")),
    path("", include("publications.urls")),
]

handler400 = "publications.views.errors.bad_request"
handler403 = "publications.views.errors.forbidden"
handler404 = "publications.views.errors.not_found"
handler500 = "publications.views.errors.broken"
