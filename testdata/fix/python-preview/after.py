import requests

V2 = "https://circleci.com/api/v2"


def durations(token, workflow):
    answer = requests.get(f"{V2}/workflow/{workflow}/job", headers={"Circle-Token": token}).json()
    for job in answer["items"]:
        print(job["name"], job["started_at"], job["stopped_at"])
