import argparse

import click
import requests
import typer

H = {"Circle-Token": "t"}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--api", default="https://circleci.com/api/v2")
    parser.add_argument("--api-url", "-u", dest="api_url", default="https://circleci.com/api/v2")
    args = parser.parse_args()
    requests.get(args.api + "/me", headers=H)
    requests.post(f"{args.api_url}/project/gh/acme/web/job/7/cancel", headers=H)


@click.command()
@click.option("--base", default="https://circleci.com/api/v2")
@click.option("--other-base", "other", default="https://circleci.com/api/v2")
@click.argument("number")
def cancel(base, other, number):
    requests.post(base + "/project/gh/acme/web/job/" + number + "/cancel", headers=H)
    requests.get(other + "/me", headers=H)


def show(base: str = typer.Option("https://circleci.com/api/v2", help="API")):
    requests.get(base + "/me", headers=H)
