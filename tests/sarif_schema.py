"""What GitHub code scanning reads of SARIF 2.1.0, as a JSON schema: required fields, types, limits, no empty text.

It is ours and much smaller than the whole schema; a path to that in V2MIGRATE_SARIF_SCHEMA has the tests check both.
"""

from __future__ import annotations

from typing import Any

TEXT = {"type": "string", "minLength": 1}
SHORT = {"type": "string", "minLength": 1, "maxLength": 1024}


def _object(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    return {
        "type": "object", "required": list(required), "properties": {**required, **optional}, "additionalProperties": False,
    }  # fmt: skip


def _list(items: dict[str, Any], least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": least}


MESSAGE = _object({"text": TEXT})
NUMBER = {"type": "integer", "minimum": 1}
REGION = _object({"startLine": NUMBER, "startColumn": NUMBER, "endLine": NUMBER, "endColumn": NUMBER})
ARTIFACT = _object(
    # Relative, and without any character that a URI must escape.
    {"uri": {"type": "string", "pattern": r"^(?![/\\])(?![a-z]+:)[A-Za-z0-9._~!$&'()*+,;=@%/-]+$"}, "uriBaseId": TEXT}
)
PHYSICAL = _object({"artifactLocation": ARTIFACT}, region=REGION)
LOCATION = _object({"physicalLocation": PHYSICAL}, message=MESSAGE)
LEVEL = {"enum": ["none", "note", "warning", "error"]}
RULE = _object(
    {
        "id": TEXT,
        "name": TEXT,
        "shortDescription": _object({"text": SHORT}),
        "fullDescription": _object({"text": SHORT}),
        "help": _object({"text": TEXT, "markdown": TEXT}),
        "defaultConfiguration": _object({"level": LEVEL}),
        "properties": _object(
            {
                "tags": _list(TEXT, 1),
                "precision": {"enum": ["very-high", "high", "medium", "low"]},
                "problem.severity": {"enum": ["error", "warning", "recommendation"]},
            }
        ),
    },
    helpUri=TEXT,
)
CHANGE = _object(
    {"artifactLocation": ARTIFACT, "replacements": _list(_object({"deletedRegion": REGION}, insertedContent=MESSAGE), 1)}
)
FLOW = _object({"threadFlows": _list(_object({"locations": _list(_object({"location": LOCATION}), 2)}), 1)})
RESULT = _object(
    {
        "ruleId": TEXT,
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": LEVEL,
        "message": MESSAGE,
        "locations": {**_list(LOCATION, 1), "maxItems": 1},
        "partialFingerprints": _object({"primaryLocationLineHash": TEXT}),
        "properties": {"type": "object"},
    },
    codeFlows=_list(FLOW, 1),
    fixes=_list(_object({"description": MESSAGE, "artifactChanges": _list(CHANGE, 1)}), 1),
    suppressions=_list(_object({"kind": {"enum": ["inSource", "external"]}}), 1),
)
DRIVER = _object(
    {"name": TEXT, "informationUri": TEXT, "rules": _list(RULE)},
    version=TEXT,
    semanticVersion={"type": "string", "pattern": r"^\d+\.\d+\.\d+"},
)
NOTICE = _object({"level": LEVEL, "message": MESSAGE, "locations": _list(LOCATION, 1)})
SCHEMA = _object(
    {
        "$schema": TEXT,
        "version": {"const": "2.1.0"},
        "runs": _list(
            _object(
                {
                    "tool": _object({"driver": DRIVER}),
                    "automationDetails": _object({"id": {"const": "v2migrate/"}}),
                    "columnKind": {"const": "unicodeCodePoints"},
                    "originalUriBaseIds": {"type": "object"},
                    "invocations": _list(
                        _object({"executionSuccessful": {"const": True}}, toolExecutionNotifications=_list(NOTICE, 1)), 1
                    ),
                    "results": _list(RESULT),
                }
            ),
            1,
        ),
    }
)
