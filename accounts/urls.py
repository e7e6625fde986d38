"""/admin/welcome/"""

from django.urls import path

from accounts.views import welcome

urlpatterns = [path("<str:token>/", welcome, name="welcome")]
