from __future__ import annotations

import pytest

from detente.case.domain import Case
from detente.case.places import Place, Places


@pytest.mark.parametrize(
    ("path", "group", "what"),
    [
        ("discount", "The case as a whole", "discount rate per year"),
        (
            "defaults.collapse",
            "Defaults, for every place without a number of its own",
            "lump felt when the agreement collapses",
        ),
        (
            "measures.releases.worth.cabinet",
            "Measure Agreed releases of water in the dry season",
            "worth to Cabinet of Upland",
        ),
        (
            "measures.gauges.raises_detection.releases",
            "Measure River gauges that both sides can read",
            "chance per year that it adds to the detection of Agreed releases of water in the dry season",
        ),
        (
            "parties.upland.deciders.turnover.0.per_year",
            "Party Upland, upstream",
            "chance per year that control passes from Cabinet of Upland to River provinces",
        ),
        (
            "parties.upland.constituencies.provinces.discount",
            "Party Upland, upstream",
            "River provinces: discount rate per year",
        ),
        (
            "red_lines.cabinet.0.chance",
            "Red lines of Cabinet of Upland",
            "line 1: share of draws in which it is there",
        ),
        ("quantities.salt_spread.floor", "Quantity salt_spread", "value it never passes"),
    ],
)
def test_a_number_is_said_to_be_about_what_its_path_leads_to(
    river: Case, path: str, group: str, what: str
) -> None:
    steps = tuple(int(part) if part.isdecimal() else part for part in path.split("."))
    assert Places(river).of(steps) == Place(group, what)


def test_every_number_of_the_cases_has_a_place_in_words(korea: Case, river: Case) -> None:
    for case in (korea, river):
        places = [Places(case).of(item.path) for item in case.assumptions]
        assert len(set(places)) == len(places)
        assert not any("." in found.what.removesuffix(".") for found in places)
