"""A case whose every text tries to become something else, and the smallest case there is."""

from __future__ import annotations

from typing import Any

#: What a text may try: to run, to load, to break out of where it stands.
ATTACKS = (
    "</script><script>window.hacked = 1</script>",
    "<img src=x onerror='window.hacked=1'>",
    "\"'><svg/onload=window.hacked=1>",
    "javascript:window.hacked=1",
    "{{ 7 * 7 }}{% raw %}${7*7}#{7*7}",
    "--><!-- ]]> <![CDATA[",
    "<style>*{background:url(http://127.0.0.1:9/x)}</style>",
    "<iframe src='http://127.0.0.1:9/'></iframe>",
    "\u202egnp.exe\u2066\u0007\u001b[31mred",
    "</title></textarea></style></noscript>",
)


def smallest() -> dict[str, Any]:
    """Return a case with no more than a case must have, and one proposal."""
    return {
        "detente": 1,
        "title": "Least",
        "phases": {"count": 1, "years": 1},
        "horizon_years": 1,
        "discount": 0.1,
        "parties": {"a": {}, "b": {}},
        "measures": {"m": {"by": "a", "worth": {"b": 1}}},
        "proposals": {"p": {"phases": {1: ["m"]}}},
    }


def hostile() -> dict[str, Any]:
    """Return a case that says something hostile wherever it may say anything."""
    attack = iter(ATTACKS * 20)

    def said() -> str:
        return next(attack).replace("\u001b", "").replace("\u0007", "")

    return {
        "detente": 1.1,
        "title": said(),
        "as_of": said(),
        "phases": {"count": 2, "years": 1, "names": [said(), said()]},
        "horizon_years": 5,
        "discount": {"value": [0.05, 0.1, 0.2], "why": said(), "source": "s0"},
        "calibrated_on": [said(), "p0"],
        "parties": {
            "a": {
                "name": said(),
                "constituencies": {"a1": {"name": said()}, "a2": {"name": said()}},
            },
            "b": {"name": said()},
        },
        "measures": {
            f"m{i}": {
                "name": said(),
                "by": "ab"[i % 2],
                "undo_years": 1,
                "effects": {"q0": {"change": [-2, -1, 0], "unit": said()}},
                "worth": {
                    "a1": {
                        "value": [1, 2, 3],
                        "basis": "sourced",
                        "source": f"s{i}",
                        "why": said(),
                    },
                    "a2": [1, 2, 3],
                    "b": [-1, 2, 3],
                },
            }
            for i in range(4)
        },
        "interactions": {"i0": {"name": said(), "all_of": ["m0", "m1"], "worth": {"b": [0, 1, 2]}}},
        "red_lines": {"a2": [{"never": ["m3"], "chance": 0.3, "why": said()}]},
        "quantities": {"q0": {"name": said(), "unit": said(), "start": [5, 6, 9]}},
        "main_outcome": "q0",
        "proposals": {
            f"p{i}": {
                "name": said(),
                "by": said(),
                "date": said(),
                "summary": said(),
                "outcome": said(),
                "mapping_note": said(),
                "sources": [f"s{i}", said()],
                "phases": {1: ["m0"], 2: [f"m{j}" for j in range(1, 3 + i % 2)]},
            }
            for i in range(3)
        },
        "sources": {
            f"s{i}": {
                "title": said(),
                "publisher": said(),
                "date": said(),
                "address": address,
                "status": said(),
            }
            for i, address in enumerate(ADDRESSES)
        },
    }


#: What stands where an address should; only the last two lead anywhere.
ADDRESSES = (
    "javascript:window.hacked=1",
    " javascript:window.hacked=1",
    "JaVaScRiPt:window.hacked=1",
    "data:text/html,<script>window.hacked=1</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "//127.0.0.1:9/x",
    'http://127.0.0.1:9/" onmouseover="window.hacked=1',
    "https://example.org/a?b=c&d=<e>",
    "http://example.org/page",
)
