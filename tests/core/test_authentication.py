"""Which results of a mail server count, and what they say of a sender."""

import pytest

from core.claims import Document, DocumentKind, Reading
from core.intake.authentic import counted, failed, organisation, results_in

OURS = ("mx.harbor-pine.example",)


def reading(*results: str, sender: str = "sales@keller.example") -> Reading:
    letter = Document(kind=DocumentKind.MAIL, part="body", claims=(), reader="t")
    return Reading(message="0", reader="t", parts=(), documents=(letter,), sender=sender, authentication=results)


PLANTED = ("mx.far.example; dkim=pass header.d=keller.example", "mx.far.example; dmarc=pass header.from=keller.example")


def test_only_the_results_of_our_own_servers_count_and_the_others_are_named() -> None:
    mine = "MX.harbor-pine.example; spf=fail smtp.mailfrom=keller.example"

    kept = counted(reading(mine, *PLANTED), OURS)

    assert kept.authentication == ("spf=fail smtp.mailfrom=keller.example",)
    (note,) = kept.documents[0].checks
    assert (note.holds, note.warning) == (False, True)
    assert "mx.far.example" in note.says
    assert failed(kept)


def test_results_under_our_name_below_another_server_do_not_count() -> None:
    planted = "mx.harbor-pine.example (below another server); dmarc=pass header.from=keller.example"

    kept = counted(reading("mx.harbor-pine.example; dmarc=fail header.from=keller.example", planted), OURS)

    assert kept.authentication == ("dmarc=fail header.from=keller.example",)
    assert "below another server" in kept.documents[0].checks[0].says


def test_a_mail_with_strangers_results_alone_has_none() -> None:
    kept = counted(reading(*PLANTED), OURS)
    assert (kept.authentication, failed(kept)) == ((), False)


def test_without_a_name_of_ours_the_topmost_block_and_the_spf_field_are_taken() -> None:
    kept = counted(reading(*PLANTED, "mx.b.example; spf=pass", "received-spf; spf=fail"), ())
    assert kept.authentication == (
        "dkim=pass header.d=keller.example",
        "dmarc=pass header.from=keller.example",
        "spf=fail",
    )


def test_what_was_counted_once_stays_as_it_is() -> None:
    once = counted(reading("mx.a.example; spf=pass", *PLANTED), ())
    assert counted(once, ()) == once


@pytest.mark.parametrize(
    ("results", "fails"),
    [
        (("spf=pass smtp.mailfrom=keller.example", "dkim=pass header.d=keller.example"), False),
        (("spf=fail smtp.mailfrom=keller.example", "dkim=pass header.d=mail.keller.example"), False),
        (("spf=fail smtp.mailfrom=keller.example", "dkim=pass header.i=@far.example"), True),
        (("spf=pass smtp.mailfrom=bounce@far.example", "dkim=fail header.d=keller.example"), True),
        (("dkim=pass header.d=far.example", "dmarc=fail header.from=keller.example"), True),
        (("spf=fail", "dmarc=pass header.from=keller.example"), False),
        (("spf=fail", "dmarc=pass header.from=far.example"), True),
        (("spf=softfail", "dkim=none"), False),
        (("dmarc=fail (p=reject; dis=none) header.from=keller.example", "arc=pass"), True),
        (("spf=none", "dkim=none", "dmarc=none"), False),
        ((), False),
    ],
)
def test_a_sender_fails_when_nothing_of_his_own_domain_passes(results: tuple[str, ...], fails: bool) -> None:
    assert failed(reading(*results)) is fails


@pytest.mark.parametrize(
    ("domain", "registered"),
    [("mail.a.example", "a.example"), ("x.a.co.uk", "a.co.uk"), ("a.example", "a.example"), ("localhost", "localhost")],
)
def test_the_registered_part_of_a_domain(domain: str, registered: str) -> None:
    assert organisation(domain) == registered


def test_comments_say_nothing() -> None:
    assert [one.answer for one in results_in("spf=pass (sender says dmarc=fail) smtp.mailfrom=a.example")] == ["pass"]
