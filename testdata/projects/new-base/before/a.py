import requests
from settings import CIRCLE_API

def login(token):
    return requests.get(CIRCLE_API + "/me", headers={"Circle-Token": token}).json()["login"]

def recent(token):
    return len(requests.get(CIRCLE_API + "/projects", headers={"Circle-Token": token}).json())
