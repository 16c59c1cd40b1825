import requests
from settings import (
    CIRCLE_API_V2 as BASE_V2,
    PROJECT_V2,
)

def login(token):
    return requests.get(BASE_V2 + "/me", headers={"Circle-Token": token}).json()["login"]

def cancel(token, n):
    requests.post(PROJECT_V2 + f"/job/{n}/cancel", headers={"Circle-Token": token})
