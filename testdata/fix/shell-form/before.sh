#!/bin/sh
curl --silent --show-error \
  --user ${CIRCLE_API_USER_TOKEN}: \
  --data build_parameters[VERSION]=$VERSION \
  --data revision=$CIRCLE_SHA1 \
  https://circleci.com/api/v1.1/project/github/acme/web/tree/$BRANCH
