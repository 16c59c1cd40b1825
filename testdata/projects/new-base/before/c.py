import requests
from settings import *

def login(token):
    return requests.get(CIRCLE_API + "/me", headers={"Circle-Token": token}).json()["login"]
