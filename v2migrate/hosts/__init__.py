"""Which parts of a file are code, and in which language: by its name, its shebang, its format. Knows no API."""

from __future__ import annotations

from importlib import import_module

from v2migrate.regex import regex
from v2migrate.source import Region, Source, name_of

_SUFFIXES = {
    ".py": "python", ".pyi": "python", ".pyw": "python",
    ".sh": "shell", ".bash": "shell", ".zsh": "shell", ".ksh": "shell",
    ".yml": "yaml", ".yaml": "yaml",
    ".mk": "makefile",
    ".dockerfile": "dockerfile",
    ".md": "markdown", ".markdown": "markdown",
}  # fmt: skip
_NAMES = {
    "makefile": "makefile", "gnumakefile": "makefile",
    ".bashrc": "shell", ".bash_profile": "shell", ".bash_aliases": "shell", ".profile": "shell", ".zshrc": "shell",
    ".envrc": "shell",
}  # fmt: skip
_SHEBANG = regex(rb"#![ \t]*\S*?(?:/|\benv[ \t]+(?:-\S+[ \t]+|\w+=\S*[ \t]+)*)(python|bash|dash|ksh|zsh|sh)[0-9.]*(?=\s|$)")
_BOM = b"\xef\xbb\xbf"
_HOSTS = ("yaml", "makefile", "dockerfile", "markdown")


def language_of(path: str, data: bytes) -> str:
    """python, shell, yaml, makefile, dockerfile, markdown, or text for everything else."""
    name, suffix = name_of(path)
    lower = name.lower()
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    if lower in _NAMES:
        return _NAMES[lower]
    if name.startswith(("Dockerfile", "Containerfile")):
        return "dockerfile"
    if suffix and not suffix[1:].isdigit():
        return "text"
    found = _SHEBANG.match(data[:200].removeprefix(_BOM).split(b"\n", 1)[0].rstrip())
    if found is None:
        return "text"
    return "python" if found.group(1) == b"python" else "shell"


def regions(source: Source) -> tuple[Region, ...]:
    """The parts of a file that are Python or shell code, in order; none for text of any other kind."""
    language = language_of(source.path, source.data)
    if language in ("python", "shell"):
        start = len(_BOM) if source.data.startswith(_BOM) else 0
        return (Region(language, "file", ((start, len(source.data)),)),)
    if language not in _HOSTS:
        return ()
    # Imported on first use: most runs are over files of one kind.
    host = import_module(f"v2migrate.hosts.{language}_host")
    found: tuple[Region, ...] = host.regions(source)
    return found
