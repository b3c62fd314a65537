"""Django's admin for the rare rest: the union only, through the application's own login."""

from django.contrib import admin
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse


class Administration(admin.AdminSite):
    """A network role of today opens it; `is_staff` counts for nothing. Strangers get 404."""

    site_header = site_title = "PIMMS – administration"
    index_title = "Ce que les écrans ne font pas"

    def has_permission(self, request: HttpRequest) -> bool:
        if not request.user.is_authenticated:
            return False
        if not request.user.portee.reseau:
            raise Http404
        return True

    def login(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect("admin:index")
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def logout(self, request: HttpRequest, extra_context=None):
        if request.method == "POST":
            logout(request)
            return redirect("account_login")
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context=None):
        return redirect("account_change_password")
