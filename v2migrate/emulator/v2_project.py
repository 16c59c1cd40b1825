"""Users, projects, their variables, keys, schedules and settings in v2. Knows today's v2, and nothing of its preview."""

from __future__ import annotations

from typing import Any

from v2migrate.emulator import changes, v2_shapes
from v2migrate.emulator.account import Missing, Project
from v2migrate.emulator.exchange import Answer, Refused, text_field, v2_body
from v2migrate.emulator.routes import Visit
from v2migrate.emulator.v1_shapes import variable
from v2migrate.emulator.v2 import V2, paged


@V2.add("GET", "/me")
def me(visit: Visit) -> Answer:
    """Who the token belongs to."""
    return Answer(200, v2_shapes.user(visit.user))


@V2.add("GET", "/me/collaborations")
def collaborations(visit: Visit) -> Answer:
    """The organizations of the user, as a bare list."""
    seen: dict[str, dict[str, Any]] = {}
    for project in visit.account.projects.values():
        vcs, org, _ = project.parts
        seen.setdefault(
            f"{vcs}/{org}",
            {
                "id": project.organization_id,
                "vcs-type": "github" if vcs == "gh" else "bitbucket",
                "name": org,
                "avatar_url": "https://avatars.example.com/org.png",
                "slug": f"{vcs}/{org}",
            },
        )
    return Answer(200, list(seen.values()))


@V2.add("GET", "/project/{project}")
def project(visit: Visit) -> Answer:
    """A project."""
    return Answer(200, v2_shapes.project(visit.project))


@V2.add("GET", "/project/{project}/envvar")
def envvar_list(visit: Visit) -> Answer:
    """A project's environment variables; no page token is documented, so they come on one page."""
    return Answer(200, v2_shapes.page([variable(name, value) for name, value in visit.project.envvars.items()]))


@V2.add("POST", "/project/{project}/envvar")
def envvar_create(visit: Visit) -> Answer:
    """Makes or replaces a variable."""
    body = v2_body(visit.call)
    name, value = body.get("name"), body.get("value")
    if not isinstance(name, str) or not isinstance(value, str):
        raise Refused(400, "name and value are required")
    changes.set_variable(visit.account, visit.project, name, value)
    return Answer(201, variable(name, value))


@V2.add("GET", "/project/{project}/envvar/{name}")
def envvar_get(visit: Visit) -> Answer:
    """One variable."""
    name = visit.values["name"]
    value = visit.project.envvars.get(name)
    if value is None:
        raise Missing("Environment variable not found.")
    return Answer(200, variable(name, value))


@V2.add("DELETE", "/project/{project}/envvar/{name}")
def envvar_delete(visit: Visit) -> Answer:
    """Removes a variable."""
    changes.delete_variable(visit.account, visit.project, visit.values["name"])
    return Answer(200, {"message": "Environment variable deleted."})


@V2.add("GET", "/project/{project}/checkout-key")
def checkout_key_list(visit: Visit) -> Answer:
    """A project's checkout keys; no page token is documented, so they come on one page."""
    return Answer(200, v2_shapes.page([v2_shapes.checkout_key(key) for key in visit.project.keys.values()]))


@V2.add("POST", "/project/{project}/checkout-key")
def checkout_key_create(visit: Visit) -> Answer:
    """Makes a checkout key: what is called user-key in the request is a github-user-key in the answer."""
    kind = {"deploy-key": "deploy-key", "user-key": "github-user-key"}.get(
        text_field(v2_body(visit.call), "type") or ""
    )
    if kind is None:
        raise Refused(400, "type must be user-key or deploy-key")
    return Answer(201, v2_shapes.checkout_key(changes.add_key(visit.account, visit.project, kind)))


@V2.add("GET", "/project/{project}/checkout-key/{fingerprint}")
def checkout_key_get(visit: Visit) -> Answer:
    """One checkout key."""
    key = visit.project.keys.get(visit.values["fingerprint"])
    if key is None:
        raise Missing("Checkout key not found")
    return Answer(200, v2_shapes.checkout_key(key))


@V2.add("DELETE", "/project/{project}/checkout-key/{fingerprint}")
def checkout_key_delete(visit: Visit) -> Answer:
    """Removes a checkout key."""
    changes.delete_key(visit.account, visit.project, visit.values["fingerprint"])
    return Answer(200, {"message": "Checkout key deleted."})


@V2.add("GET", "/project/{project}/schedule")
def schedules(visit: Visit) -> Answer:
    """A project's schedules."""
    return paged(visit, visit.project.schedules, lambda each: each)


@V2.add("GET", "/project/{provider}/{organization}/{name}/settings")
def settings_get(visit: Visit) -> Answer:
    """A project's advanced settings."""
    return Answer(200, {"advanced": dict(_settled(visit).settings)})


@V2.add("PATCH", "/project/{provider}/{organization}/{name}/settings")
def settings_change(visit: Visit) -> Answer:
    """Changes some of them."""
    project, body = _settled(visit), v2_body(visit.call)
    advanced = body.get("advanced")
    if not isinstance(advanced, dict) or set(body) != {"advanced"} or set(advanced) - set(project.settings):
        raise Refused(400, "Unexpected request body provided.")
    changes.change_settings(visit.account, project, advanced)
    return Answer(200, {"advanced": dict(project.settings)})


def _settled(visit: Visit) -> Project:
    values = visit.values
    return visit.account.project(f"{values['provider']}/{values['organization']}/{values['name']}")
