#!/bin/bash
# An option stands for every URL of the command up to --next: no token goes to another host, none is put where it does not count.
curl -s -X POST "https://hooks.example.com/deploys" "https://circleci.com/api/v1.1/project/github/acme/site/7/cancel?circle-token=$T"
curl -s -X POST https://hooks.example.com/deploys \
  --next -s -X POST "https://circleci.com/api/v1.1/project/github/acme/site/8/cancel?circle-token=$T"
curl -s -X POST -H "Circle-Token: $T" https://hooks.example.com/deploys https://circleci.com/api/v1.1/project/github/acme/site/9/cancel
# A word that the options' table does not know is no address.
curl -s -X POST --proto-of-tomorrow on "https://circleci.com/api/v1.1/project/github/acme/site/10/cancel?circle-token=$T"
# Nothing hides a call that no rule knows: not the words of a template, not another URL.
curl -u {{ circleci_token }}: -X POST https://circleci.com/api/v1.1/project/github/{{ site.owner }}/{{ site.name }}/follow
curl https://circleci.com/status -d "https://circleci.com/api/v1.1/me"
