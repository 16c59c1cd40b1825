import requests

session = requests.Session()
session.headers["Circle-Token"] = "read from a vault"


def set_variable(name, value):
	answer = session.post(
		"https://circleci.com/api/v1.1/project/gh/acme/web/envvar",
		json={"name": name, "value": value},	# a tab before this comment
	)
	if answer.status_code == 200:
		print("set")
