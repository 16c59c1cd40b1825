# What all scripts here share.
CIRCLE_API="https://circleci.com/api/v2"
circle_get() {
  curl -sf -u "${CIRCLE_TOKEN}:" "$CIRCLE_API/$1"
}
