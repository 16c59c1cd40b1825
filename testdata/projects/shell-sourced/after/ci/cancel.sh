#!/bin/bash
set -e
source ci/lib.sh
curl -sf -X POST -u "$CIRCLE_TOKEN:" "$CIRCLE_API/project/github/acme/site/job/$1/cancel"
