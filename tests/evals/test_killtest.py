"""The kill test in its short form, and that its checks see what they are there for."""

from pathlib import Path

from evals.killtest import run
from evals.killtest_documents import MAIL, documents, entities, senders_of
from evals.killtest_model import completion, counting_server, key_of
from evals.killtest_summary import differences


def test_a_worker_killed_again_and_again_loses_and_doubles_nothing() -> None:
    report = run(4, 6, 3, quiet=True, hasty=True)

    assert report.wrong == []
    assert sum(report.fell.values()) == 4
    assert report.model_calls >= 1


def test_the_documents_are_all_different_and_the_same_every_time() -> None:
    made = documents(200)

    assert len({document.raw for document in made}) == 200
    assert documents(200) == made


def test_no_two_documents_of_one_sender_come_to_one_company() -> None:
    made = documents(200)

    assert sum(len(senders_of(made, entity)) for entity in entities(made)) == 200


def test_every_mail_of_the_demo_is_among_the_documents() -> None:
    names = {document.name[5:] for document in documents(200)}

    assert names == {file.name for file in Path(MAIL).glob("*.eml")}


def test_an_outcome_that_differs_or_comes_twice_is_told() -> None:
    calm = {"bills": ["a", "b"], "cases": ["c"]}

    assert differences(calm, {"bills": ["b", "a"], "cases": ["c"]}) == []
    assert differences(calm, {"bills": ["a", "b", "b"], "cases": []}) == [
        "bills: only with kills: b",
        "cases: only without kills: c",
    ]


def test_the_model_server_counts_the_same_request_twice() -> None:
    with counting_server() as meter:
        for _ in range(2):
            meter.note("Extraction", '{"subject": "x", "text": "y"}')

        assert meter.letters() == {key_of('{"text": "y", "subject": "x"}'): 2}
        assert meter.url.startswith("http://127.0.0.1:")
    assert b"chat.completion" in completion("Extraction")
