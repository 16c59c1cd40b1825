"""The version of this program; the build takes it from here."""

VERSION = "0.1.0"
