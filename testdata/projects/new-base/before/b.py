import requests
import settings as s

def login(token):
    return requests.get(s.CIRCLE_API + "/me", headers={"Circle-Token": token}).json()["login"]

def cancel(token, n):
    requests.post(s.PROJECT + f"/{n}/cancel", headers={"Circle-Token": token})
