from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from niagara.api.entry import EntryViewSet

urlpatterns = [
    path("", EntryViewSet.as_view({"get": "retrieve"}), name="api"),
    path("/schema", SpectacularAPIView.as_view(), name="schema"),
    path("/docs", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
]
