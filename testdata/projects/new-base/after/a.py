import requests
from settings import CIRCLE_API, CIRCLE_API_V2

def login(token):
    return requests.get(CIRCLE_API_V2 + "/me", headers={"Circle-Token": token}).json()["login"]

def recent(token):
    return len(requests.get(CIRCLE_API + "/projects", headers={"Circle-Token": token}).json())
