"""The case that `detente new` writes: small, valid, and commented."""

from __future__ import annotations

from typing import Final

__all__ = ["starter_text"]

_STARTER: Final = """\
# A Détente case. Check it with: detente check NAME.yaml   Judge its proposals: detente run NAME.yaml
#
# A number may be 5, a range [low, mode, high], {p5: 1, p50: 2, p95: 4}, or a distribution such as
# {dist: normal, loc: 0, scale: 1}. {value: …, basis: sourced, source: …, why: …} says what it
# rests on; the basis is sourced, judgement or elicited.
detente: 1
title: "TITLE"
basis: judgement                    # what numbers rest on that do not say so themselves

phases: {count: 2, years: 1.0, names: [Pause, Settle]}
horizon_years: 10                   # when outcomes are counted
discount: [0.03, 0.05, 0.1]         # rate per year, above 0
false_alarm: 0.02                   # chance per year of a collapse that nobody intends
defaults: {upfront: 0.2, collapse: [-20, -8, 0], reservation: 0}

parties:
  upstream:
    name: Upstream state
    constituencies:                 # leave them out, and the party is its own only one
      cabinet: {name: Cabinet}
      provinces: {name: Provinces}
    accepts: {all: [cabinet]}       # left out: every constituency must accept
    deciders:                       # who may be in control, now and later
      start: {cabinet: 0.9, provinces: 0.1}
      turnover: [{from: cabinet, to: provinces, per_year: 0.1}]
  downstream: {name: Downstream state}

measures:
  gauges:
    name: Shared river gauges
    by: downstream                  # the party that can withhold or undo it
    undo_years: 0.5                 # years until undoing bites; never = irreversible
    raises_detection: {releases: 0.3}
    worth: {cabinet: [0, 4, 8], downstream: [-4, -2, 0]}
  releases:
    name: Agreed water releases
    by: upstream
    undo_years: 0.1
    detection: 0.6                  # chance per year that withholding it, or undoing it, is seen
    requires: [gauges]              # in the same phase or an earlier one
    effects: {flow: {change: [5, 8, 12], unit: m3/s}}
    worth: {cabinet: [-20, -12, -5], provinces: [-25, -15, -5], downstream: [20, 35, 50]}
  payment:
    name: Yearly payment for releases
    by: downstream
    undo_years: 0.1
    worth: {cabinet: [15, 25, 35], provinces: [5, 10, 15], downstream: [-20, -12, -6]}

interactions:
  package: {all_of: [gauges, releases], worth: {downstream: [0, 5, 10]}}

red_lines:                          # refuses any plan that holds one of these
  provinces: [{never: [releases], unless: [payment], chance: 0.8}]

quantities:
  flow: {start: [60, 80, 100], unit: m3/s, floor: 0, better: higher}
main_outcome: flow

proposals:
  first_draft:
    name: First draft
    by: downstream
    phases: {1: [gauges, payment], 2: [releases]}
"""


def starter_text(name: str) -> str:
    """Return the starter file of a case called *name*."""
    return _STARTER.replace("TITLE", name).replace("NAME", name)
