import requests

from . import settings


def put(name, value):
    answer = requests.post(
        settings.CIRCLE_API + "/project/gh/acme/web/envvar",
        headers={"Circle-Token": settings.CIRCLE_TOKEN},
        json={"name": name, "value": value},
    )
    answer.raise_for_status()
