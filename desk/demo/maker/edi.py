"""X12 of the demo: 810 invoices, 855 acknowledgements, 856 despatch advices, release 4010. Pure."""

from datetime import date

from desk.demo.maker.paper import Paper

GROUPS = {"810": "IN", "855": "PR", "856": "SH"}
UNITS = {"pcs": "EA", "kg": "KG", "m": "MR", "box": "BX"}


def x12(kind: str, paper: Paper, control: int) -> bytes:
    """The paper as an interchange with one transaction set. Its clock stands at a quarter past nine of its day."""
    sender = "".join(sign for sign in paper.issuer.upper() if sign.isalpha())[:15]
    day, body = _day(paper.day), {"810": _810, "855": _855, "856": _856}[kind](paper)
    segments = [f"ST*{kind}*0001", *body]
    segments.append(f"SE*{len(segments) + 1}*0001")
    envelope = [
        f"ISA*00*          *00*          *ZZ*{sender:<15}*ZZ*{'HARBORPINE':<15}*{day[2:]}*0915*U*00401*{control:09d}*0*P*>",
        f"GS*{GROUPS[kind]}*{sender}*HARBORPINE*{day}*0915*{control}*X*004010",
    ]
    trailer = [f"GE*1*{control}", f"IEA*1*{control:09d}"]
    return "".join(f"{segment}~\n" for segment in (*envelope, *segments, *trailer)).encode()


def _810(paper: Paper) -> list[str]:
    rows = [f"BIG*{_day(paper.day)}*{paper.number}**{paper.order}", "CUR*SE*USD", f"N1*SE*{paper.issuer}"]
    rows += ["N1*BY*HARBOR & PINE SUPPLY", "ITD*01*3*****30*****NET 30 DAYS"]
    for number, line in enumerate(paper.lines, 1):
        rows.append(f"IT1*{number}*{line.quantity}*{UNITS[line.unit]}*{line.price}**VN*{line.code}")
        rows.append(f"PID*F****{line.text.upper()}")
    rows.append(f"TDS*{int(paper.total * 100)}")
    rows += [f"SAC*C*D240***{int(amount * 100)}*********{reason}" for reason, amount in paper.charges]
    return [*rows, f"CTT*{len(paper.lines)}"]


def _855(paper: Paper) -> list[str]:
    """A line below what was ordered is accepted with its quantity changed (IQ), the others as they are (IA)."""
    short = any(paper.ordered.get(line.code, line.quantity) != line.quantity for line in paper.lines)
    rows = [
        f"BAK*00*{'AC' if short else 'AD'}*{paper.order}*{_day(paper.day)}****{paper.number}",
        f"N1*SE*{paper.issuer}",
    ]
    for number, line in enumerate(paper.lines, 1):
        ordered = paper.ordered.get(line.code, line.quantity)
        rows.append(f"PO1*{number}*{ordered}*{UNITS[line.unit]}*{line.price}**VN*{line.code}")
        code = "IA" if ordered == line.quantity else "IQ"
        rows.append(f"ACK*{code}*{line.quantity}*{UNITS[line.unit]}*068*{_day(line.day or paper.day)}")
    return [*rows, f"CTT*{len(paper.lines)}"]


def _856(paper: Paper) -> list[str]:
    rows = [f"BSN*00*{paper.number}*{_day(paper.day)}*0915*0001", "HL*1**S", f"DTM*011*{_day(paper.day)}"]
    rows += ["HL*2*1*O", f"PRF*{paper.order}"]
    for number, line in enumerate(paper.lines, 3):
        rows += [f"HL*{number}*2*I", f"LIN**VN*{line.code}", f"SN1**{line.quantity}*{UNITS[line.unit]}"]
    return [*rows, f"CTT*{len(paper.lines) + 2}"]


def _day(day: date) -> str:
    return day.strftime("%Y%m%d")
