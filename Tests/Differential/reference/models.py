"""The account, with what each of the five APIs shows of it."""

import unicodedata
import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models

from reference import configuration


def folded(name):
    """The key by which names are compared where the departure is followed."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


class AnyTown(models.QuerySet):
    """Towns of another service: where the departure is followed, each positive id names one."""

    def get(self, **conditions):
        if configuration.departs and "pk" in conditions:
            number = Town._meta.pk.get_prep_value(conditions["pk"])
            if number is None or not 1 <= number < 2**31:
                raise Town.DoesNotExist
            Town.objects.bulk_create([Town(id=number)], ignore_conflicts=True)
        return super().get(**conditions)


class Town(models.Model):
    objects = AnyTown.as_manager()


class User(AbstractUser):
    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    first_name = models.CharField("first name", max_length=150, null=True, blank=True)
    last_name = models.CharField("last name", max_length=150, null=True, blank=True)
    patronymic = models.CharField(max_length=150, null=True, blank=True)
    full_name = models.CharField(max_length=255, null=True)
    email = models.EmailField(unique=True, null=True, blank=True, max_length=254)
    days_count = models.IntegerField(default=3)
    towns = models.ManyToManyField(Town)
    picture = models.ImageField(null=True)
    username_key = models.CharField(max_length=2000, db_index=True)
    email_key = models.CharField(max_length=2000, db_index=True)

    def save(self, *args, **options):
        self.username_key, self.email_key = folded(self.username), folded(self.email or "")
        super().save(*args, **options)
