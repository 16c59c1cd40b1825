# -*- coding: latin-1 -*-
import requests

NAME = "äpfel"
requests.post("https://circleci.com/api/v2/project/gh/acme/web/pipeline", headers={"Circle-Token": NAME})
