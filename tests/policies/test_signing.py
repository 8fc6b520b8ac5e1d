"""Who may sign: roles, limits, stand-ins, and the duties that nothing overrides."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.judging import Answer, Delegated, JudgedFacts, Person, Signed
from policies.authority import words
from policies.roles import LIMITS
from policies.verdict import Policies
from tests.policies.facts import DANA, FRIDAY, MARA, PEOPLE, PRIYA, ROLES, TOMAS, facts, kestrel, matched

POLICIES = Policies.load()
HOLIDAY = (FRIDAY - timedelta(days=2), FRIDAY + timedelta(days=5))


def lends(by: Person, role: str, limit: Decimal | None = None) -> Delegated:
    """A stay of a week in which somebody stands in."""
    starts_at, ends_at = HOLIDAY
    return Delegated(by=by.id, by_name=by.name, role=role, limit=limit, starts_at=starts_at, ends_at=ends_at)


def asked(judged: JudgedFacts, person: Person, *signed: tuple[str, str]) -> tuple[bool, str, str]:
    """May she sign: yes or no, as what or by which rule not, and the sentence."""
    given = [Signed(person=who, as_role=role) for who, role in signed]
    permission = POLICIES.may_sign(judged, POLICIES.judge(judged), person, given)
    return permission.allowed, permission.as_role or permission.rule, permission.says


def test_the_ap_lead_may_sign_the_kestrel_invoice():
    assert asked(kestrel(), MARA) == (True, "ap_lead", "AP lead, within $5,000, not the buyer on PO-40417.")


def test_the_buyer_may_not_sign_her_own_order():
    assert asked(kestrel(), replace(PRIYA, roles=("ap_lead", "controller"))) == (
        False,
        "duties",
        "Priya Kaur placed PO-40417",
    )


def test_the_buyer_does_not_get_around_her_duty_by_covering_for_the_ap_lead():
    """Scenario 26: refused when she signs, and the next in the chain is asked."""
    covering = replace(PRIYA, delegations=(lends(MARA, "ap_lead"),))

    assert asked(kestrel(), covering) == (False, "duties", "Priya Kaur placed PO-40417")
    assert POLICIES.judge(kestrel()).approvers == (("ap_lead", "controller"),)
    assert asked(kestrel(), TOMAS)[0]


def test_who_covers_for_the_buyer_may_not_sign_her_order_either():
    assert asked(kestrel(), replace(TOMAS, delegations=(lends(PRIYA, "buyer"),))) == (
        False,
        "duties",
        "Tomas Orr stands in for Priya Kaur, who placed PO-40417",
    )


def test_a_stay_that_is_over_bars_nobody_and_lends_nothing():
    past = replace(lends(PRIYA, "buyer"), ends_at=FRIDAY)
    assert asked(kestrel(), replace(TOMAS, delegations=(past,)))[0]

    lent = replace(lends(MARA, "ap_lead"), ends_at=FRIDAY)
    assert asked(kestrel(), replace(DANA, delegations=(lent,)))[1] == "role"


def test_who_stands_in_signs_in_that_role_and_up_to_that_limit():
    assert asked(kestrel(), replace(DANA, delegations=(lends(MARA, "ap_lead"),))) == (
        True,
        "ap_lead",
        "AP lead, standing in, within $5,000, not the buyer on PO-40417.",
    )
    short = replace(DANA, delegations=(lends(MARA, "ap_lead", Decimal(1000)),))
    assert asked(kestrel(), short) == (False, "limit", "$1,751.60 is over Dana Reyes's $1,000")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"requested_by": ("mara",)}, "Mara Lindqvist asked for it"),
        ({"edited_by": "mara"}, "Mara Lindqvist edited it; another must sign"),
        ({"drafted_by": ("mara",)}, "Mara Lindqvist drafted it; another must sign"),
        ({"master_data_editors": ("mara",)}, "Mara Lindqvist changed this supplier's record lately"),
        ({"signed_by": ("mara",)}, "Mara Lindqvist has signed already"),
    ],
)
def test_each_duty_is_named_with_who_and_why(change: dict[str, object], sentence: str):
    assert asked(kestrel(**change), MARA) == (False, "duties", sentence)


def test_an_edit_is_signed_by_another_than_its_editor():
    edited = kestrel(edited_by="mara")

    assert "four-eyes" in {ruling.rule for ruling in POLICIES.judge(edited).rulings}
    assert not asked(edited, MARA)[0]
    assert asked(edited, TOMAS)[0]


def test_above_five_thousand_two_sign_and_one_of_them_reaches_the_amount():
    large = kestrel(pays=Decimal("18420.00"))
    verdict = POLICIES.judge(large)

    assert verdict.approvers == (("ap_lead", "controller"), ("controller",))
    assert asked(large, MARA)[:2] == (True, "ap_lead")
    assert asked(large, TOMAS)[:2] == (True, "controller")
    second_lead = Person(id="lee", name="Lee", roles=("ap_lead",))
    assert asked(large, second_lead, ("mara", "ap_lead")) == (False, "role", "It needs a controller")
    assert asked(large, TOMAS, ("mara", "ap_lead"))[0]
    assert POLICIES.missing(large, verdict, [Signed(person="mara", as_role="ap_lead")]) == (("controller",),)


def test_a_controller_with_a_small_limit_of_her_own_does_not_reach_a_large_amount():
    small = replace(TOMAS, limits={"controller": Decimal(10000)})

    assert asked(kestrel(pays=Decimal(18420)), small) == (False, "limit", "$18,420.00 is over Tomas Orr's $10,000")


def test_a_grant_cannot_raise_what_a_role_decides_alone():
    generous = Person(id="bo", name="Bo", roles=("buyer",), limits={"buyer": Decimal(1_000_000)})
    order = matched(option="approve_order", actions=("ApproveOrder",), pays=Decimal(0), commits=Decimal(2500))

    assert asked(order, generous)[0]
    assert asked(replace(order, commits=Decimal("2500.01")), generous)[0] is False


def test_above_everybodys_limit_two_controllers_sign():
    huge = matched(pays=Decimal("100000.01"))
    verdict = POLICIES.judge(huge)
    other = Person(id="ada", name="Ada", roles=("controller",))

    assert [group for group in verdict.approvers if group == ("controller",)] == [("controller",)] * 2
    assert asked(huge, TOMAS)[0]
    signed = [Signed(person="tomas", as_role="controller"), Signed(person="ada", as_role="controller")]
    assert POLICIES.missing(huge, verdict, signed) == ()
    assert asked(huge, other, ("tomas", "controller"))[0]


def test_one_person_signs_once_however_many_roles_she_has():
    both = Person(id="max", name="Max", roles=("ap_lead", "controller"))
    large = kestrel(pays=Decimal(18420))
    verdict = POLICIES.judge(large)
    twice = [Signed(person="max", as_role="ap_lead"), Signed(person="max", as_role="controller")]

    assert asked(large, both, ("max", "ap_lead")) == (False, "duties", "Max has signed already")
    assert len(POLICIES.missing(large, verdict, twice)) == 1


def test_who_has_two_roles_signs_where_fewest_others_could():
    both = Person(id="max", name="Max", roles=("ap_lead", "controller"))
    large = kestrel(pays=Decimal(18420))

    assert asked(large, both)[:2] == (True, "controller")
    assert asked(large, MARA, ("max", "controller"))[:2] == (True, "ap_lead")


def test_three_people_are_asked_before_two_of_one_role():
    """A dear price over $500 and over 15%: nobody has to find a second controller."""
    dear = kestrel(
        option="accept_price", relies_on_claim=True, price_variance_pct=Decimal(20), price_variance_amount=Decimal(600)
    )

    assert sorted(POLICIES.judge(dear).approvers) == [
        ("ap_lead", "controller"),
        ("buyers_manager", "controller"),
        ("controller",),
    ]


def test_nobody_signs_a_second_time_through_a_stand_in():
    large = kestrel(price_variance_pct=Decimal(20))
    helper = Person(id="hal", name="Hal", delegations=(lends(TOMAS, "controller"),))

    assert asked(large, helper, ("mara", "ap_lead"))[0]
    assert asked(large, helper, ("tomas", "controller"))[:2] == (False, "role")


def test_a_signature_whose_signer_became_barred_no_longer_counts():
    verdict = POLICIES.judge(kestrel())
    signed = [Signed(person="mara", as_role="ap_lead")]

    assert POLICIES.missing(kestrel(), verdict, signed) == ()
    assert POLICIES.missing(kestrel(master_data_editors=("mara",)), verdict, signed) == verdict.approvers


def test_what_rules_allow_may_be_signed_by_an_owner_and_by_nobody_else():
    assert asked(matched(), MARA)[:2] == (True, "ap_lead")
    assert asked(matched(), Person(id="ruth", name="Ruth", roles=("auditor",))) == (
        False,
        "role",
        "It needs an AP lead or controller",
    )


def test_what_policy_refuses_is_signed_by_nobody():
    refused = matched(supplier_known=False)

    assert asked(refused, MARA) == (False, "refused", "Policy refuses this for everybody")
    assert asked(refused, Person(id="ruth", name="Ruth", roles=("auditor",)))[1] == "role"


def test_bank_details_take_two_and_no_agent_proposes_a_payee():
    request = kestrel(
        codes=("bank_details_changed",), option="verify_out_of_band", actions=(), touches_bank_details=True,
        pays=Decimal(0), disputes=Decimal(0),
    )  # fmt: skip

    assert POLICIES.judge(request).approvers == (("controller",), ("controller", "ap_lead"))
    assert POLICIES.judge(kestrel(new_payee=True)).answer is Answer.REFUSE
    assert POLICIES.judge(kestrel(touches_bank_details=True)).answer is Answer.REFUSE
    assert POLICIES.judge(kestrel(codes=("bank_details_changed", "invoice_matched"))).answer is Answer.REFUSE


def test_roles_read_like_people_say_them():
    assert words((("ap_lead", "controller"), ("buyers_manager",))) == "an AP lead or controller and a buyer's manager"
    three = (("inventory_planner", "inventory_controller", "receiving_lead"),)
    assert words(three) == "an inventory planner, inventory controller or receiving lead"
    assert words(()) == "nobody"


persons = st.builds(
    Person,
    id=st.sampled_from(PEOPLE),
    name=st.just("Somebody"),
    roles=st.lists(st.sampled_from(ROLES), max_size=8, unique=True).map(tuple),
    limits=st.dictionaries(st.sampled_from(ROLES), st.sampled_from([None, Decimal(0), Decimal(10**9)])),
    delegations=st.lists(
        st.builds(
            Delegated,
            by=st.sampled_from(PEOPLE),
            role=st.sampled_from(ROLES),
            starts_at=st.sampled_from([HOLIDAY[0], FRIDAY + timedelta(days=1)]),
            ends_at=st.just(HOLIDAY[1]),
        ),
        max_size=3,
    ).map(tuple),
)
signatures = st.lists(
    st.builds(Signed, person=st.sampled_from(PEOPLE), as_role=st.sampled_from(ROLES)), max_size=2
).map(tuple)


@given(facts(), persons, signatures)
@settings(max_examples=500, deadline=None)
def test_nobody_with_a_duty_against_it_ever_signs(judged: JudgedFacts, person: Person, signed: tuple[Signed, ...]):
    barred = {
        *judged.placed_by, *judged.requested_by, *judged.drafted_by, judged.edited_by, *judged.master_data_editors,
    } - {""}  # fmt: skip
    stands_in_for = {one.by for one in person.delegations if one.starts_at <= judged.at < one.ends_at}
    already = {*judged.signed_by, *(one.person for one in signed)}

    permission = POLICIES.may_sign(judged, POLICIES.judge(judged), person, signed)

    if person.id in barred | already or stands_in_for & barred:
        assert not permission.allowed
        assert permission.rule == "duties"
        assert permission.duty


@given(facts(placed_by=(), requested_by=(), drafted_by=(), edited_by="", master_data_editors=(), signed_by=()), persons)
@settings(max_examples=500, deadline=None)
def test_who_may_sign_holds_or_was_lent_the_role_and_reaches_the_amount(judged: JudgedFacts, person: Person):
    verdict = POLICIES.judge(judged)

    permission = POLICIES.may_sign(judged, verdict, person, ())

    assert permission.says
    if permission.allowed:
        lent = {one.role for one in person.delegations if one.starts_at <= judged.at < one.ends_at}
        assert verdict.answer is not Answer.REFUSE
        assert permission.as_role in {*person.roles, *lent}
        money = max(judged.pays, judged.credit, judged.commits, judged.writes_off)
        if len(verdict.approvers) < 2:
            assert money <= LIMITS.get(permission.as_role, Decimal(0))


@given(facts(placed_by=(), requested_by=(), drafted_by=(), edited_by="", master_data_editors=(), signed_by=()))
@settings(max_examples=150, deadline=None)
def test_one_person_of_each_role_in_any_order_is_enough_up_to_everybodys_limit(judged: JudgedFacts):
    """No order of signing leads into a dead end, and no decision waits for a person that no company has."""
    verdict = POLICIES.judge(judged)
    if verdict.answer is not Answer.ASK or max(judged.pays, judged.credit, judged.commits, judged.writes_off) > 100000:
        return
    staff = [Person(id=role, name=role, roles=(role,)) for role in (*LIMITS, "intake_clerk")]
    able = [one for one in staff if POLICIES.may_sign(judged, verdict, one, ()).allowed]
    for order in list(permutations(able, min(len(able), 3)))[:24]:
        signed: list[Signed] = []
        for person in (*order, *staff):
            permission = POLICIES.may_sign(judged, verdict, person, signed)
            if permission.allowed:
                signed.append(Signed(person=person.id, as_role=permission.as_role))
        assert POLICIES.missing(judged, verdict, signed) == ()
        assert len(signed) == len(verdict.approvers)
