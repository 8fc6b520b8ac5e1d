"""The EDI files of others, each with where it ends: read, read in an envelope that does not hold, or not read and why.

Skipped, and saying so, where the folder of samples is not beside the project. Many of the files are made for the tests of
parsers: their messages count wrong, name no message, or are none of trade.
"""

from pathlib import Path

import pytest

from agents.read.document import read_message
from core.claims import PartState

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
READ = {
    "edi_net": {
        "freight": "210-MGCTLYST-SAMPLE.EDI 214-MGCTLYST-SAMPLE.EDI x12.214.edi",
        "invoice": "x12.810a.edi x12.810b.edi x12.810c.edi x12.810d.edi",
        "remittance": "x12.820.issue140.edi",
    },
    "edi_phpedifact": {"despatch_advice": "D96ADESADV.edi example_utf8.edi", "order": "example_order_ok.edi"},
    "edi_staedi": {
        "acknowledgement": "optionalInterchangeServices.edi simple997-multiple-interchanges.edi simple997.edi "
        "simple999.edi",
        "freight": "ts214_ellipses_segterm.edi ts210_80char.edi",
        "invoice": "invoic_d93a_una.edi invoic_d97b.edi invoic_d97b_una.edi invoic_d97b_bad.edi simple810.edi "
        "wrapped_invoic_d97b.edi wrapped_invoic_d97b_una.edi",
        "invoice order": "invoice810_po850_dual.edi",
        "order_confirmation": "multi-tx-transaction-type.edi",
    },
}
"""Files that are read, by the kinds of documents in them."""
BROKEN = {
    "edi_net": {
        "204-MGCTLYST-SAMPLE.EDI": "41 segments, it has 38",
        "Apperak_edi_out_issue235.edi": "closed as 4",
        "edifact.01.edi": "closed as",
        "edifact.01.multi-message.edi": "closed as",
        "edifact.D01B.IFCSUM.EDI": "787 segments",
        "edifact.D01B.IFCSUM.NewLines.EDI": "787 segments",
        "edifact.Issue188.edi": "1 messages, it has 4",
        "edifact.Issue203.edi": "13 segments",
        "edifact.ORDRSP-formatted.edi": "17 segments",
        "edifact.ORDRSP.edi": "17 segments",
        "x12.832.edi": "17 segments",
        "x12.850.edi": "closed as 000000001",
        "x12.850.issue135.edi": "a segment DTM is not closed",
        "x12.850a.edi": "closed as 000000001",
    },
    "edi_phpedifact": {"example_order_error.edi": "7 components, 6 at most"},
    "edi_staedi": {
        "orders-with-group.edi": "21 segments, it has 18",
        "extraDelimiter997.edi": "AK302",
        "invalid997.edi": "AK101",
        "invalid997_min.edi": "closed as",
        "invalid999.edi": "16 segments, it has 18",
    },
}
"""Files whose messages are shown and not kept: what is wrong with their envelopes or segments."""
NOTED = {"invoic_d93a_una.edi": "19999715", "invoic_d97b_bad.edi": "1020A"}
"""Files with a value that is none, which is reported and not guessed."""


def files(folder: str) -> dict[str, Path]:
    """The EDI files of a folder by name, or a skip that says why."""
    root = SAMPLES / folder
    if not root.is_dir():
        pytest.skip(f"{folder}: the samples of others are not beside the project")
    return {path.name.replace(" ", "_"): path for path in root.rglob("*") if path.suffix.lower() == ".edi"}


@pytest.mark.parametrize("folder", READ)
def test_every_file_of_others_ends_where_it_belongs(folder: str):
    kinds = {name: kind for kind, names in READ[folder].items() for name in names.split()}
    for name, path in files(folder).items():
        reading = read_message(path.read_bytes(), path.name)
        checks = [check for document in reading.documents for check in document.checks if not check.holds]
        broken = "; ".join(check.says for check in checks if check.name in ("envelope", "structure"))
        (after,) = reading.parts
        if name in kinds:
            assert " ".join(dict.fromkeys(d.kind.value for d in reading.documents)) == kinds[name], name
            assert broken == "", name
        elif name in BROKEN[folder]:
            assert BROKEN[folder][name] in broken, name
        else:
            assert (reading.documents, after.state) == ((), PartState.UNREADABLE), name
            assert after.why, name
        noted = "; ".join(check.says for check in checks if check.name == "notation")
        assert NOTED.get(name, "") in noted, name
        assert (noted == "") is (name not in NOTED), name
    assert kinds.keys() | BROKEN[folder].keys() <= files(folder).keys()
