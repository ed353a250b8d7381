"""Makes Django's database and fills it with the accounts of the standard input: name, email, UUID and Token a line."""

import sys

import django
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.core.management import call_command

PASSWORD = "Corr3ct-horse"
BATCH = 5000

django.setup()
from rest_framework.authtoken.models import Token  # noqa: E402  (only after setup)

call_command("migrate", verbosity=0)
user_model = get_user_model()
password = make_password(PASSWORD)
lines = [line.split() for line in sys.stdin]
for begin in range(0, len(lines), BATCH):
    some = lines[begin:begin + BATCH]
    user_model.objects.bulk_create(
        user_model(id=begin + index, username=name, email=email, password=password)
        for index, (name, email, _, _) in enumerate(some, 1))
    Token.objects.bulk_create(
        Token(user_id=begin + index, key=token) for index, (_, _, _, token) in enumerate(some, 1))
