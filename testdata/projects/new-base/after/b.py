import requests
import settings as s

def login(token):
    return requests.get(s.CIRCLE_API_V2 + "/me", headers={"Circle-Token": token}).json()["login"]

def cancel(token, n):
    requests.post(s.PROJECT_V2 + f"/job/{n}/cancel", headers={"Circle-Token": token})
