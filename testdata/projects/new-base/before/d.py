import requests
from settings import (
    CIRCLE_API as BASE,
    PROJECT,
)

def login(token):
    return requests.get(BASE + "/me", headers={"Circle-Token": token}).json()["login"]

def cancel(token, n):
    requests.post(PROJECT + f"/{n}/cancel", headers={"Circle-Token": token})
