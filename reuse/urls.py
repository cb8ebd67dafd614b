"""The addresses of one adoption, for who may decide about it."""

from django.urls import path

from reuse import views

urlpatterns = [
    path("<int:pk>/", views.adoption, name="adoption"),
    path("<int:pk>/verberg-tekst/", views.hide, name="adoption_hide"),
    path("<int:pk>/trek-in/", views.withdraw, name="adoption_withdraw"),
    path("<int:pk>/<slug:act>/", views.decide, name="adoption_decide"),
]
