import requests

V2 = "https://circleci.com/api/v2"


def durations(token, workflow):
    answer = requests.get(f"{V2}/workflow/{workflow}/jobs?circle-token={token}").json()
    for job in answer["items"]:
        print(job["name"], job["start_time"], job["stop_time"])
