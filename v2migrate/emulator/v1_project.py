"""Users, projects, their variables and keys in v1 and v1.1. Knows that what is gone answers like any unknown path."""

from __future__ import annotations

from typing import Any

from v2migrate.emulator import changes, v1_shapes
from v2migrate.emulator.account import Missing
from v2migrate.emulator.exchange import Answer, Refused, object_field, v1_body
from v2migrate.emulator.routes import Visit
from v2migrate.emulator.v1 import V1_1, created


@V1_1.add("GET", "/me")
def current_user(visit: Visit) -> Answer:
    """Who the token belongs to."""
    return Answer(200, v1_shapes.user(visit.user, visit.account))


@V1_1.add("GET", "/projects")
def projects(visit: Visit) -> Answer:
    """The projects that the user follows."""
    followed = [p for p in visit.account.projects.values() if p.followed]
    return Answer(200, [v1_shapes.project(p, visit.account, _shallow(visit)) for p in followed])


@V1_1.add("GET", "/user/repos/{vcs}")
def user_repos(visit: Visit) -> Answer:
    """The repositories that the user can see at a provider. Not in the reference."""
    short = {"github": "gh", "bitbucket": "bb"}.get(visit.values["vcs"], visit.values["vcs"])
    found = [p for p in visit.account.projects.values() if p.parts[0] == short]
    return Answer(200, [v1_shapes.project(p, visit.account, True) for p in found])


@V1_1.add("POST", "/project/{project}/follow")
def follow_project(visit: Visit) -> Answer:
    """Follows a project."""
    return _follow(visit, "follow")


@V1_1.add("POST", "/project/{project}/unfollow")
def unfollow_project(visit: Visit) -> Answer:
    """No longer follows a project. Not in the reference."""
    return _follow(visit, "unfollow")


@V1_1.add("POST", "/project/{project}/enable")
def enable_project(visit: Visit) -> Answer:
    """Enables a project. Not in the reference."""
    return _follow(visit, "enable")


def _follow(visit: Visit, what: str) -> Answer:
    project = visit.project
    changes.follow(visit.account, project, what)
    return Answer(200, v1_shapes.project(project, visit.account, True))


@V1_1.add("GET", "/project/{project}/settings")
def project_settings(visit: Visit) -> Answer:
    """A project's settings: its flags under `feature_flags`. Not in the reference."""
    project = visit.project
    out = v1_shapes.project(project, visit.account, _shallow(visit))
    keys = [{"hostname": host, "fingerprint": print_} for host, print_ in project.ssh_keys]
    flags = {name.replace("_", "-"): value for name, value in project.settings.items()}
    return Answer(200, {**out, "feature_flags": flags, "ssh_keys": keys})


@V1_1.add("PUT", "/project/{project}/settings")
def change_project_settings(visit: Visit) -> Answer:
    """Changes flags. Not in the reference."""
    flags = object_field(v1_body(visit.call), "feature_flags")
    changes.change_settings(visit.account, visit.project, {k.replace("-", "_"): v for k, v in flags.items()})
    return project_settings(visit)


@V1_1.add("POST", "/project/{project}/ssh-key", creates=True)
def ssh_key_create(visit: Visit) -> Answer:
    """Stores a key to reach a host with; the answer is empty."""
    body = v1_body(visit.call)
    host, key = _needed(body, "hostname"), _needed(body, "private_key")
    visit.account.record("add ssh key", project=visit.project.slug, hostname=host)
    visit.project.ssh_keys.append((host, key[-16:]))
    return created(visit, None)


@V1_1.add("DELETE", "/project/{project}/ssh-key")
def ssh_key_delete(visit: Visit) -> Answer:
    """Removes such a key."""
    body = {**visit.call.query, **v1_body(visit.call)}
    host, key = _needed(body, "hostname"), _needed(body, "fingerprint")
    visit.account.record("delete ssh key", project=visit.project.slug, hostname=host, fingerprint=key)
    return Answer(200, None)


@V1_1.add("GET", "/project/{project}/checkout-key")
def checkout_key_list(visit: Visit) -> Answer:
    """A project's checkout keys, as a bare list."""
    return Answer(200, [v1_shapes.checkout_key(key) for key in visit.project.keys.values()])


@V1_1.add("POST", "/project/{project}/checkout-key", creates=True)
def checkout_key_create(visit: Visit) -> Answer:
    """Makes a checkout key."""
    kind = v1_body(visit.call).get("type")
    if kind not in ("deploy-key", "github-user-key"):
        raise Refused(400, "type must be deploy-key or github-user-key")
    return created(visit, v1_shapes.checkout_key(changes.add_key(visit.account, visit.project, kind)))


@V1_1.add("GET", "/project/{project}/checkout-key/{fingerprint}")
def checkout_key_get(visit: Visit) -> Answer:
    """One checkout key."""
    key = visit.project.keys.get(visit.values["fingerprint"])
    if key is None:
        raise Missing("Checkout key not found")
    return Answer(200, v1_shapes.checkout_key(key))


@V1_1.add("DELETE", "/project/{project}/checkout-key/{fingerprint}")
def checkout_key_delete(visit: Visit) -> Answer:
    """Removes a checkout key."""
    changes.delete_key(visit.account, visit.project, visit.values["fingerprint"])
    return Answer(200, {"message": "ok"})


@V1_1.add("GET", "/project/{project}/envvar")
def envvar_list(visit: Visit) -> Answer:
    """A project's environment variables, as a bare list."""
    return Answer(200, [v1_shapes.variable(name, value) for name, value in visit.project.envvars.items()])


@V1_1.add("POST", "/project/{project}/envvar", creates=True)
def envvar_create(visit: Visit) -> Answer:
    """Makes or replaces a variable."""
    body = v1_body(visit.call)
    name, value = _needed(body, "name"), _needed(body, "value")
    changes.set_variable(visit.account, visit.project, name, value)
    return created(visit, v1_shapes.variable(name, value))


@V1_1.add("GET", "/project/{project}/envvar/{name}")
def envvar_get(visit: Visit) -> Answer:
    """One variable."""
    name = visit.values["name"]
    value = visit.project.envvars.get(name)
    if value is None:
        raise Missing("Environment variable not found.")
    return Answer(200, v1_shapes.variable(name, value))


@V1_1.add("DELETE", "/project/{project}/envvar/{name}")
def envvar_delete(visit: Visit) -> Answer:
    """Removes a variable."""
    changes.delete_variable(visit.account, visit.project, visit.values["name"])
    return Answer(200, {"message": "ok"})


def _needed(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise Refused(400, f"{name} is required")
    return value


def _shallow(visit: Visit) -> bool:
    query = visit.call.query
    return query.get("shallow") == "true" or query.get("skip-branches") == "true"
