from __future__ import annotations

from pathlib import Path

from detente.case.domain import Rule
from detente.case.numbers import Certain, Triangular
from detente.case.resolve import content_hash
from tests.case.samples import EXAMPLE, changed, example, loaded


def test_defaults_are_copied_to_each_place_and_take_its_path(tmp_path: Path) -> None:
    case = loaded(tmp_path, example())
    cabinet, provinces, downstream = case.constituencies
    assert cabinet.collapse.distribution == Triangular(-20, -8, 0)
    assert cabinet.collapse.path == "parties.upstream.constituencies.cabinet.collapse"
    assert downstream.collapse.path == "parties.downstream.collapse"
    assert downstream.reservation.path == "parties.downstream.reservation"
    assert provinces.discount.distribution == Certain(0.1)
    assert cabinet.discount.path == "parties.upstream.constituencies.cabinet.discount"
    aid = case.measures[case.measure_index["aid"]]
    assert (aid.upfront.distribution, aid.upfront.path) == (Certain(0.2), "measures.aid.upfront")
    assert case.interactions[0].upfront.path == "interactions.package.upfront"
    assert (case.margin.path, case.false_alarm.path) == ("margin", "false_alarm")


def test_writing_a_default_out_changes_nothing(tmp_path: Path) -> None:
    before = loaded(tmp_path, example())
    after = loaded(
        tmp_path,
        changed(
            parties__downstream__collapse=[-20, -8, 0],
            parties__upstream__constituencies__cabinet__discount=0.05,
            measures__aid__upfront=0.2,
            measures__aid__detection=1,
            measures__aid__undo_years=0,
            measures__release_schedule__levels__half__upfront=0.1,
            interactions__package__upfront=0.2,
            parties__downstream__deciders={"start": {"downstream": 1}},
        ),
    )
    assert after.parties == before.parties
    assert after.constituencies == before.constituencies
    assert after.measures == before.measures
    assert after.interactions == before.interactions


def test_what_is_omitted_has_its_stated_default(tmp_path: Path) -> None:
    data = example()
    for key in ("defaults", "false_alarm", "margin", "correlation", "agreement"):
        del data[key]
    case = loaded(tmp_path, data)
    gauges = case.measures[0]
    assert gauges.undo_years is not None
    assert gauges.undo_years.distribution == Certain(0.0)
    assert gauges.detection.distribution == Certain(1.0)
    assert gauges.upfront.distribution == Certain(0.0)
    assert gauges.secret_undo
    assert gauges.in_phases == (0, 1, 2)
    assert case.constituencies[0].reservation.distribution == Certain(0.0)
    assert case.false_alarm.distribution == Certain(0.0)
    assert (case.agreement, case.must_sign) == (None, ())
    downstream = case.parties[1]
    assert downstream.constituencies == ("downstream",)
    assert downstream.accepts == Rule(vetoes=("downstream",))
    assert [(d.constituency, d.start.distribution) for d in downstream.deciders] == [
        ("downstream", Certain(1.0))
    ]


def test_a_level_replaces_fields_and_single_entries(tmp_path: Path) -> None:
    case = loaded(tmp_path, example())
    half, full = case.measures[-2:]
    assert (half.id, full.id, half.base) == (
        "release_schedule/half",
        "release_schedule/full",
        "release_schedule",
    )
    assert half.worth["cabinet"].distribution == Triangular(-30, -15, -5)
    assert half.worth["cabinet"].path == "measures.release_schedule.levels.half.worth.cabinet"
    assert half.worth["downstream"].distribution == Triangular(10, 17, 25)
    assert full.worth["downstream"].basis == "sourced"
    assert full.undo_years is not None
    assert full.undo_years.distribution == Certain(0.5)
    assert half.effects[0].change.distribution == Triangular(5, 8, 12)
    assert full.effects[0].change.distribution == Certain(14.0)
    assert (
        full.effects[0].change.path == "measures.release_schedule.levels.full.effects.flow.change"
    )
    assert half.raises_detection["diversion_halt"].path == (
        "measures.release_schedule.levels.half.raises_detection.diversion_halt"
    )
    assert half.name == "Agreed water releases: half"
    assert half.excludes == (("diversion",),)


def test_a_bare_name_of_a_levelled_measure_means_any_of_its_levels(tmp_path: Path) -> None:
    both = ("release_schedule/half", "release_schedule/full")
    data = changed(
        measures__aid__requires=["release_schedule"],
        measures__gauges__raises_detection={"release_schedule": 0.1, "release_schedule/full": 0.2},
        interactions__cheaper_later__measures=["release_schedule", "aid"],
        red_lines={"cabinet": [{"never": ["release_schedule", "aid"]}]},
    )
    case = loaded(tmp_path, data)
    assert case.measures[case.measure_index["aid"]].requires == (both,)
    assert case.interactions[0].all_of == (("gauges",), both)
    assert case.scalings[0].measures == (*both, "aid")
    assert case.constituencies[0].red_lines[0].never == (both, ("aid",))
    assert case.must_choose == (both,)
    gains = case.measures[0].raises_detection
    assert [gains[name].distribution for name in both] == [Certain(0.1), Certain(0.2)]
    assert gains[both[0]].path == "measures.gauges.raises_detection.release_schedule/half"


def test_irreversible_measures_cannot_be_undone_in_secret(tmp_path: Path) -> None:
    case = loaded(tmp_path, example())
    removal = case.measures[case.measure_index["dam_removal"]]
    assert removal.undo_years is None
    assert not removal.secret_undo


def test_rules_keep_vetoes_quotas_and_nesting(tmp_path: Path) -> None:
    data = changed(
        parties__upstream__accepts={
            "at_least": 1,
            "of": ["cabinet", {"all": ["provinces"], "at_least": 2}],
        }
    )
    case = loaded(tmp_path, data)
    inner = Rule(("provinces",), 2.0, None)
    assert case.parties[0].accepts == Rule((), 1.0, (("cabinet", 1.0), (inner, 1.0)))
    assert case.agreement == Rule(("upstream",), 2.0, None)
    weights = loaded(tmp_path, example()).parties[0].accepts.weights
    assert weights == (("cabinet", 0.6), ("provinces", 0.4))


def test_deciders_named_only_in_turnover_start_with_zero(tmp_path: Path) -> None:
    case = loaded(tmp_path, changed(parties__upstream__deciders__start={"cabinet": 1}))
    start = case.parties[0].deciders
    assert [(d.constituency, d.start.distribution) for d in start] == [
        ("cabinet", Certain(1.0)),
        ("provinces", Certain(0.0)),
    ]
    assert start[1].start.path == "parties.upstream.deciders.start.provinces"
    step = case.parties[0].turnover[0]
    assert step.per_year.path == "parties.upstream.deciders.turnover.cabinet.provinces"


def test_other_numbers_have_the_path_of_their_place(tmp_path: Path) -> None:
    case = loaded(tmp_path, example())
    assert case.constituencies[0].red_lines[1].chance.path == "red_lines.cabinet.1.chance"
    assert case.constituencies[0].red_lines[0].chance.distribution == Certain(1.0)
    assert case.interactions[0].worth["cabinet"].path == "interactions.package.worth.cabinet"
    assert case.scalings[0].factor.path == "interactions.cheaper_later.scale"
    flow, stored, welfare = case.quantities
    assert (flow.start.path, flow.trend.path) == ("quantities.flow.start", "quantities.flow.trend")
    assert flow.floor is not None
    assert flow.floor.distribution == Certain(0.0)
    assert stored.floor is None
    assert stored.grows_by == "flow"
    assert welfare.sum_of[1][1].path == "quantities.welfare.sum_of.stored"


def test_a_number_rests_on_what_the_entry_around_it_says(tmp_path: Path) -> None:
    data = changed(
        interactions__package__basis="judgement",
        interactions__package__why="a guess",
        interactions__package__source="treaty_1996",
        measures__aid__basis="elicited",
        basis="judgement",
    )
    case = loaded(tmp_path, data)
    worth = case.interactions[0].worth["cabinet"]
    assert (worth.basis, worth.why, worth.sources) == ("judgement", "a guess", ("treaty_1996",))
    assert case.measures[case.measure_index["aid"]].worth["cabinet"].basis == "elicited"
    assert case.measures[-1].worth["downstream"].basis == "sourced"
    assert case.false_alarm.basis == "judgement"


def test_proposals_have_a_list_for_each_phase(tmp_path: Path) -> None:
    proposal = loaded(tmp_path, example()).proposals[0]
    assert proposal.plan.phases == (("aid",), ("gauges",), ("release_schedule/half",))
    assert (proposal.by, proposal.date, proposal.sources) == (
        "downstream",
        "2021-03-01",
        ("treaty_1996",),
    )


def test_the_hash_is_of_the_content(tmp_path: Path) -> None:
    case = loaded(tmp_path, EXAMPLE)
    again = loaded(
        tmp_path,
        "# a comment\n" + EXAMPLE.replace("horizon_years: 10", "horizon_years:   10.0 # ten"),
    )
    other = loaded(tmp_path, EXAMPLE.replace("horizon_years: 10", "horizon_years: 11"))
    assert case.hash == again.hash != other.hash
    assert len(case.hash) == 64
    assert content_hash({"a": -0.0, 1: [True]}) == content_hash({"a": 0, "1": [True]})
    assert content_hash({"a": 1, "b": 2}) != content_hash({"b": 2, "a": 1})


def test_order_is_that_of_the_file(tmp_path: Path) -> None:
    case = loaded(tmp_path, example())
    assert [party.id for party in case.parties] == ["upstream", "downstream"]
    assert list(case.measure_index)[:3] == ["gauges", "diversion", "diversion_halt"]
    assert case.document["title"] == case.title
    assert case.phase_names == ("Pause", "Settle")
