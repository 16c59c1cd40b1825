import requests

H = {"Circle-Token": "t"}


def many(kind):
    for name in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]:
        requests.get("https://circleci.com/api/v1.1/project/gh/acme/%s/7/artifacts" % name, headers=H)
    for path in ["/a/1/cancel", "/b/2/cancel", "/c/1/retry", "/d/1/artifacts", "/e/1/cancel", "/f/1/cancel", "/g/1/cancel", "/h/1/cancel", "/i/1/tests", "/j/1"]:
        requests.post("https://circleci.com/api/v1.1/project/gh/acme" + path, headers=H)


def loops():
    for n, repo in [(1, "web"), (2, "api")]:
        requests.post(f"https://circleci.com/api/v1.1/project/gh/acme/{repo}/{n}/cancel", headers=H)
    urls = ["https://circleci.com/api/v1.1/project/gh/acme/%s/envvar" % r for r in ("web", "api")]
    for url in urls:
        requests.get(url, headers=H)
    for key, url in {"me": "https://circleci.com/api/v1.1/me"}.items():
        requests.get(url, headers=H)
    for i, url in enumerate(["https://circleci.com/api/v1.1/me"]):
        requests.get(url, headers=H)


def read_elsewhere(pool, fetch):
    urls = ["https://circleci.com/api/v1.1/project/gh/acme/%s/envvar" % r for r in ("app", "lib")]
    for url in urls:
        requests.get(url, headers=H)
    # what the pool does with them is not known: its list stays as it is
    return pool.map(fetch, urls)
