"""Places in EDI messages that no claim bears, each with the reason why none can. It is open so that it can be disputed.

A place counts as left out only where a claim was made of its own segment: a code that says how to read a value which nobody
claims is missed, like the value.
"""

import re

ENVELOPES = frozenset(
    ("ISA", "IEA", "GS", "GE", "ST", "SE", "UNA", "UNB", "UNZ", "UNG", "UNE", "UNH", "UNT", "UNS")
)  # fmt: skip
"""Segments that wrap messages: control numbers, counts and addresses of gateways. What they miscount is a failed check."""
CODE = "a code that chooses the name of the value beside it"
UNIT = "a unit: it is the unit of the value's claim"
LIST = "which list or agency a code is of"
FORM = "how a value is written"
LANGUAGE = "language of a text"
TOTAL = "a control total: it is held against the lines"
LEVEL = "a number by which levels of a message point at one another"
LEFT_OUT: tuple[tuple[str, str], ...] = (
    (r"(REF|N9|DTM|G62|QTY|AMT|RMR|PAM)/01|(G61/03|PER/0[357]|L11/02|MEA/02|PAM/0[47])", CODE),
    (r"(CTP/0[26]|MAN/0[14]|BAL/02|B3/10|TC2/01)", CODE),
    (r"(PO1|IT1)/(0[68]|1[02468]|2[024])|(POC|LIN)/(0[2468]|1[02468]|2[02468]|30)", CODE),
    (r"(ACK|SLN)/(0[79]|1[13579]|2[1357])", CODE),
    (r"(ACK/04|W01/(04|06|15)|W12/(07|17|21))", CODE),
    (r"((PO1|IT1)/03|POC/05|ACK/03|SLN/05|W01/02|W12/05|QTY/03|MEA/04|PAM/03|CTP/05)", UNIT),
    (r"SAC/(01|06)", CODE),
    (r"(FOB/0[246]|TD5/(02|07|10)|TD1/06|TD3/04|PO4/05|AT8/01|L0/05|L3/02|L5/0[478]|N4/05|BPR/0[68]|BPR/1[24])", CODE),
    (r"(N1/01|NAD/01:1)", "the role of a party: it is in the name of its claims"),
    (r"N1/03", "whose number it is: the unit of the number's claim"),
    (r"(SCH/0[58]|ADX/03|ENT/0[3568]|OTI/02|TXI/04|SDQ/02|TD3/02|N7/04|LAD/(07|09|11)|CUR/(07|10|13|16|19))", CODE),
    (r"(CUR/0[14])", "whose currency it is: a paper has one"),
    (r"(TD1/08|TD1/10|TD3/06|ISS/0[246]|IT3/02|SCH/02|SN1/0[36]|RCD/0[35]|SDQ/01|LDT/03|PO4/(03|07|09|13))", UNIT),
    (r"(RCD/(07|10|13|16|19)|AT8/0[26]|L0/(03|07|09|11)|L3/(10|12)|L4/04|S5/0[468]|OID/0[468]|W12/(05|12|15))", UNIT),
    (r"(W01/02|W03/0[357]|W76/0[357]|W20/0[369]|G05/0[246]|N7/(09|17)|SAC/09)", UNIT),
    (r"(PID/03|SAC/03|PKG/03|ACK/28|TD4/02|LAD/0[35])", LIST),
    (r"(DTM/05|G62/03|PID/01|PKG/01)", FORM),
    (r"(PID/09|SAC/16)", LANGUAGE),
    (r"CTT/0[12]", TOTAL),
    (r"(HL/0[1-4]|BSN/05|ENT/01)", LEVEL),
    (r"(DTM|QTY|MOA|PRI|RFF|PCD|RNG|MEA|RTE|TMP|LOC|CNT|GIN|FII|CUX|STS|IMD|TOD|ALC|TAX)/01:1", CODE),
    (r"(MEA|IMD)/02:1", CODE),
    (r"(LIN/03:2|PIA/01:1|PIA/0[2-6]:2|COM/01:2|GIR/0\d:2|QVR/01:2)", CODE),
    (r"CUX/0[12]:[13]", "whose currency it is: a paper has one"),
    (r"(DTM/01:3|NAD/04:6)", FORM),
    (r"(QTY/01:3|MEA/03:1|RNG/02:1|PRI/01:6|CNT/01:3|PAT/03:3|TMP/02:2|RTE/01:4)", UNIT),
    (
        r"(PIA/0\d:[345]|LIN/03:[345]|NAD/0[239]:[23]|LOC/0[234]:[23]|BGM/01:[23]|IMD/02:[23]|IMD/03:[23]|FTX/03:[23]"
        r"|GID/0[234]:[34]|FII/03:[2356]|TOD/03:[23]|TDT/05:[23]|TDT/08:[23]|PAC/03:[23]|ALC/05:[23]|TAX/0[235]:[23]"
        r"|CTA/02:3|NAD/02:2|APR/02:3|HAN/01:[23]|EQD/0[23]:[23]|PAT/02:[23]|STS/0\d:[23]|PAI/01:[45]|ERC/01:[23]|QVR/03:[23]|PCI/04:[23])",
        LIST,
    ),
    (r"(IMD/03:6|FTX/05:1)", LANGUAGE),
    (r"CNT/01:[123]", TOTAL),
    (r"CPS/0[123]:1", LEVEL),
)  # fmt: skip
_LEFT_OUT = tuple((re.compile(place), why) for place, why in LEFT_OUT)


def why_left_out(place: str, *, borne: bool) -> str:
    """Why no claim bears a place whose own segment bears one; "" where one should. Totals and levels need no claim."""
    for pattern, why in _LEFT_OUT:
        if pattern.fullmatch(place) and (borne or why in (TOTAL, LEVEL)):
            return why
    return ""
