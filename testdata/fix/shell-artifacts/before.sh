number=42
URL="https://circleci.com/api/v1.1/project/github/acme/web/${number}/artifacts?circle-token=${TOKEN}&branch=main"
curl -s "$URL" | jq -r '.[] | select(.path | contains("coverage")) | .url' | xargs wget -q
