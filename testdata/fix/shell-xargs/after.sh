#!/bin/bash
# What xargs puts in is a value like any other; a string for another shell is reported only.
cat running | xargs -I{} curl -s -H "Circle-Token: $T" -X POST "https://circleci.com/api/v2/project/github/acme/site/job/{}/cancel"
cat names | xargs -I % -P4 curl -s -X DELETE -u "$T:" https://circleci.com/api/v2/project/github/acme/site/envvar/%
cat failed | xargs -n1 -I N bash -c 'curl -X POST -u "$T:" https://circleci.com/api/v1.1/project/github/acme/site/N/cancel'
cat branches | xargs -I REF curl -X POST "https://circleci.com/api/v1.1/project/github/acme/site/tree/REF?circle-token=$REF_TOKEN"
eval "curl -s -X POST -u $T: https://circleci.com/api/v1.1/project/github/acme/site/9/cancel"
