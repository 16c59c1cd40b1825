# -*- coding: latin-1 -*-
import requests

NAME = "äpfel"
requests.post("https://circleci.com/api/v1.1/project/gh/acme/web/build", headers={"Circle-Token": NAME})
