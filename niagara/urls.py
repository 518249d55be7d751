from django.contrib import admin
from django.urls import include, path

from niagara.error_pages import api_not_found

handler400 = "niagara.error_pages.bad_request"
handler403 = "niagara.error_pages.permission_denied"
handler404 = "niagara.error_pages.page_not_found"
handler500 = "niagara.error_pages.server_error"

urlpatterns = [
    path("", include("niagara.accounts.urls")),
    path("", include("batches.urls")),
    path("", include("niagara.webhooks.urls")),
    path("", include("niagara.records.urls")),
    path("admin/", admin.site.urls),
    path("api", include("niagara.api.urls")),
    path("api/", include("batches.api.urls")),
    path("api/", include("queues.api.urls")),
    path("api/", include("workorders.api.urls")),
    path("api/", include("niagara.webhooks.api.urls")),
    path("api/", include("niagara.records.api.urls")),
    path("api/", include("niagara.directory.api.urls")),
    path("api/", include("niagara.accounts.api.urls")),
    path("api/<path:path>", api_not_found),
]
