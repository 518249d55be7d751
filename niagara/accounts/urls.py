from django.contrib.auth.views import LogoutView
from django.urls import include, path

from niagara.accounts import views

urlpatterns = [
    path("", views.HomeView.as_view(), name="home"),
    path("sign-in", views.SignInView.as_view(), name="sign-in"),
    path("sign-out", LogoutView.as_view(), name="sign-out"),
    path("", include("niagara.accounts.oauth.urls")),
]
