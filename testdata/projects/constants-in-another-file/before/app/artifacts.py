import requests

from app.settings import CIRCLE_API, CIRCLE_TOKEN


def coverage(number):
    found = requests.get(f"{CIRCLE_API}/project/gh/acme/web/{number}/artifacts?circle-token={CIRCLE_TOKEN}").json()
    return [artifact["url"] for artifact in found if "coverage" in artifact["path"]]
