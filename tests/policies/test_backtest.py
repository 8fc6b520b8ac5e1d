"""What another version would have changed: the same past under both, in counts and money."""

from decimal import Decimal

from policies.backtest import Past, backtest, decided_by, differences, in_place_of
from policies.tables import FOLDER, Table, parse
from policies.verdict import Policies
from tests.policies.facts import matched

POLICIES = Policies.load()


def version_15() -> Table:
    """The draft of the story: row 3 up to $150, row 4 up to $750."""
    text = (FOLDER / "price-variance.yaml").read_text(encoding="utf-8")
    text = text.replace("version: 14", "version: 15").replace("2026-11-02", "2026-11-23")
    text = text.replace('price_variance_amount: "<= 100"', 'price_variance_amount: "<= 150"')
    return parse(
        text.replace('"<= 8", price_variance_amount: "<= 500"', '"<= 8", price_variance_amount: "<= 750"'), "v15"
    )


def past(pct: str, amount: str, pays: str, cut: str | None = None) -> Past:
    facts = matched(
        on_contract=False,
        price_variance_pct=Decimal(pct),
        price_variance_amount=Decimal(amount),
        pays=Decimal(pays),
    )
    return Past(facts=facts, cut=None if cut is None else Decimal(cut))


STORY = (
    past("0.4", "20", "900.00"),
    past("1.9", "99", "800.00"),
    past("1.8", "120", "1000.00", "0"),
    past("1.7", "140", "1200.00", "40.00"),
    past("7.5", "600", "2000.00"),
    past("7.9", "75", "1751.60"),
    past("40", "75", "300.00"),
)


def test_a_draft_is_judged_against_the_version_in_force():
    result = backtest(STORY, POLICIES, in_place_of(POLICIES, version_15()))

    assert [(line.answer, line.count_was, line.count_now, line.moves) for line in result.lines] == [
        ("by rule", 2, 4, 2),
        ("ask one", 3, 2, -1),
        ("ask two", 2, 1, -1),
        ("refused", 0, 0, 0),
    ]
    assert result.lines[0].money_was == Decimal("1700.00")
    assert result.lines[0].money_now == Decimal("3900.00")


def test_both_sides_of_a_backtest_hold_the_same_past():
    result = backtest(STORY, POLICIES, in_place_of(POLICIES, version_15()))

    assert sum(line.count_was for line in result.lines) == sum(line.count_now for line in result.lines) == result.count
    assert sum(line.money_was for line in result.lines) == sum(line.money_now for line in result.lines) == result.money
    assert sum(line.moves for line in result.lines) == 0


def test_what_moves_is_told_with_what_people_did_about_it():
    moves = backtest(STORY, POLICIES, in_place_of(POLICIES, version_15())).moves

    assert [(m.was, m.now, m.count, m.money, m.unchanged, m.cut) for m in moves] == [
        ("ask one", "by rule", 2, Decimal("2200.00"), 1, Decimal("40.00")),
        ("ask two", "ask one", 1, Decimal("2000.00"), 0, Decimal(0)),
    ]


def test_the_same_version_moves_nothing():
    assert backtest(STORY, POLICIES, POLICIES).moves == ()


def test_how_often_each_row_decided():
    prices = next(table for table in POLICIES.tables if table.id == "price-variance" and not table.entity)

    assert decided_by(STORY, prices) == {1: 1, 2: 0, 3: 1, 4: 3, 5: 1, 6: 1}


def test_a_diff_shows_the_rows_that_changed_and_no_others():
    prices = next(table for table in POLICIES.tables if table.id == "price-variance" and not table.entity)

    assert differences(prices, version_15()) == [
        ("-", "3  on_contract any  price_variance_pct <= 2  price_variance_amount <= 100  allow"),
        ("+", "3  on_contract any  price_variance_pct <= 2  price_variance_amount <= 150  allow"),
        (
            "-",
            "4  on_contract any  price_variance_pct <= 8  price_variance_amount <= 500  ask ap_lead or controller",
        ),
        (
            "+",
            "4  on_contract any  price_variance_pct <= 8  price_variance_amount <= 750  ask ap_lead or controller",
        ),
    ]


def test_canadas_own_version_still_holds_under_the_draft():
    own = matched(entity="HPC", price_variance_pct=Decimal("1.8"), price_variance_amount=Decimal(40))
    drafted = in_place_of(POLICIES, version_15())

    assert drafted.judge(own).answer is POLICIES.judge(own).answer
    assert drafted.judge(own).rulings[0].version == "v3"
