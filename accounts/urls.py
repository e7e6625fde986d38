"""/admin/welcome/, /admin/invitation/, /admin/password/"""

from django.urls import path

from accounts.links import INVITATION, RESET
from accounts.views import ChoosePassword, welcome

urlpatterns = [
    path("welcome/<str:token>/", welcome, name="welcome"),
    path("invitation/<uidb64>/<token>/", ChoosePassword.as_view(token_generator=INVITATION), name=INVITATION.name),
    path("password/<uidb64>/<token>/", ChoosePassword.as_view(token_generator=RESET), name=RESET.name),
]
