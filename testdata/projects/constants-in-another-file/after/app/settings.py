import os

CIRCLE_API = "https://circleci.com/api/v2"
CIRCLE_TOKEN = os.environ["CIRCLE_TOKEN"]
