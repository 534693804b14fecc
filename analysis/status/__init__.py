"""This room answers: what holds on the date asked? Certificates in, one standing per school out."""

from __future__ import annotations

from analysis.status.standing import STATES, status_on

__all__ = ["STATES", "status_on"]
