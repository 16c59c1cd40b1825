#!/bin/sh
set -e
aws s3 sync dist "s3://site-$1/${FLAVOUR}"
