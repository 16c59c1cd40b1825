import requests

from app.settings import CIRCLE_API, CIRCLE_TOKEN


def coverage(number):
    found = requests.get(f"{CIRCLE_API}/project/gh/acme/web/{number}/artifacts", headers={"Circle-Token": CIRCLE_TOKEN}).json()["items"]
    return [artifact["url"] for artifact in found if "coverage" in artifact["path"]]
