import requests


def job(token, n):
    found = requests.get(f"https://circleci.com/api/v2/project/gh/acme/web/job/{n}", headers={"Circle-Token": token}).json()
    print(found["number"], found['started_at'], found.get("stopped_at"), found["web_url"])
    if found["status"] == "success":
        print(found["duration"])
