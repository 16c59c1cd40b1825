import requests


def job(token, n):
    found = requests.get(f"https://circleci.com/api/v1.1/project/gh/acme/web/{n}", headers={"Circle-Token": token}).json()
    print(found["build_num"], found['start_time'], found.get("stop_time"), found["build_url"])
    if found["status"] == "success":
        print(found["build_time_millis"])
