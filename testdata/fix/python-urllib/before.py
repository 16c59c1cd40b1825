import json
import urllib.request


def environment(token):
    """The names of our variables."""
    with urllib.request.urlopen("https://circleci.com/api/v1.1/project/gh/acme/web/envvar?circle-token=" + token) as answer:
        return [variable["name"] for variable in json.load(answer)]
