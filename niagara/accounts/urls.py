from django.contrib.auth.views import LogoutView
from django.urls import include, path

from niagara.accounts.views import badges, tablets
from niagara.accounts.views.signing_in import HomeView, SignInView

BADGE = "shared-tablets/badges/<uuid:user_id>"

urlpatterns = [
    path("", HomeView.as_view(), name="home"),
    path("sign-in", SignInView.as_view(), name="sign-in"),
    path("sign-out", LogoutView.as_view(), name="sign-out"),
    path("my-pin", badges.MyPinPage.as_view(), name="my-pin-page"),
    path("shared-tablets", tablets.TabletsPage.as_view(), name="tablets-page"),
    path("shared-tablets/allow", tablets.AllowPage.as_view(), name="allow-tablet-page"),
    path("shared-tablets/<uuid:device_id>/revoke", tablets.RevokeTabletPage.as_view(), name="revoke-tablet-page"),
    path("shared-tablets/badges", badges.BadgesPage.as_view(), name="badges-page"),
    path(BADGE, badges.IssueBadgePage.as_view(), name="issue-badge-page"),
    path(f"{BADGE}/pin", badges.SetPinPage.as_view(), name="set-pin-page"),
    path(f"{BADGE}/revoke", badges.RevokeBadgePage.as_view(), name="revoke-badge-page"),
    path("", include("niagara.accounts.oauth.urls")),
]
