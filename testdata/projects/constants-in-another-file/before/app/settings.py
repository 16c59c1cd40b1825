import os

CIRCLE_API = "https://circleci.com/api/v1.1"
CIRCLE_TOKEN = os.environ["CIRCLE_TOKEN"]
