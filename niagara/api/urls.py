from django.urls import path
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from niagara.api.entry import EntryViewSet

# Plain JSON first: a browser shows it, where it would download a media type it does not know.
RENDERERS = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer, OpenApiYamlRenderer2]

urlpatterns = [
    path("", EntryViewSet.as_view({"get": "retrieve"}), name="api"),
    path("/schema", SpectacularAPIView.as_view(renderer_classes=RENDERERS), name="schema"),
    path("/docs", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
]
