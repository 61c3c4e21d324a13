import pytest
from omc.accounts.models import User
@pytest.mark.django_db
def test_a():
    User.objects.create_user("x","y"); assert User.objects.count()==1
@pytest.mark.django_db(transaction=True)
def test_b():
    assert User.objects.count()==0
    User.objects.create_user("x","y"); assert User.objects.count()==1
@pytest.mark.django_db(transaction=True)
def test_c():
    assert User.objects.count()==0
