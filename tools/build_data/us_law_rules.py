"""The 41 dated rules of law_rules.csv in a form that arrays can follow.

Each record says whom it hits, on which lists of products, at which rate, on which part of the
value, and from when to when at the border. `rule` is the row of law_rules.csv that it states;
a row may need several records. Rows that state no duty of their own are in `NO_RECORD`.
"""

from __future__ import annotations

from typing import Any

Record = dict[str, Any]

LAST_IEEPA = "2026-02-23"  # the ruling is of 20 February 2026; collection ended on the 24th
CHINA = ["CHN", "HKG"]
NEIGHBORS = ["CAN", "MEX"]
SPECIAL = ["ch98", "ch99"]

# Rows of law_rules.csv that need no record, and why.
NO_RECORD = {
    "base": "the duty collected in 2024 is a column of the cells",
    "R2": "in force for hours on 9 April 2025",
    "R10": "the lists that R1 to R5 do not hit until 12 November 2025",
    "R11": "the list that R1 to R9 do not hit",
    "R12": "the lists that R1 to R9 do not hit from 13 November 2025",
    "H1": "its one line is on no list of the cells: 0.06 points as statutory, none as paid",
    "X1": "the end of the records F, R, B and I",
    "Q3": "suspended on 18 August 2026, the day before it was to begin",
    "ORDER": "what the engine does with the records",
}

# 13 November 2025 replaced one list of exempt goods by a longer one that contains it.
_EXEMPT = {
    "": ("2025-04-05", "2025-11-12", ["annex2", "electronics", "books_art", *SPECIAL]),
    "b": ("2025-11-13", LAST_IEEPA, ["annex2", "nov14", "electronics", "books_art", *SPECIAL]),
}


def _rule(rule: str, start: str, end: str | None, rate: float, **more: Any) -> Record:
    return {"rule": rule, "start": start, "end": end, "rate_pct": rate, **more}


def _reciprocal(rule: str, start: str, end: str, rate: float, **more: Any) -> list[Record]:
    """A reciprocal rate from `start` to `end`, cut where the list of exempt goods changed."""
    found = []
    for first, last, exempt in _EXEMPT.values():
        begins, ends = max(start, first), min(end, last)
        if begins <= ends:
            found.append(_rule(rule, begins, ends, rate, on="rest", without=exempt, **more))
    return found


def fentanyl() -> list[Record]:
    """F1 to F7: China on everything, Canada and Mexico on what section 232 leaves.

    The table names chapter 98 for China only; the orders on Canada and Mexico exempt it, too, and
    with it the step of 7 March 2025 is that of The Budget Lab (0.76 points; without 0.95).
    """
    china = {"partners": CHINA, "on": "all", "without": ["ch98"]}
    records = [
        _rule("F1", "2025-02-04", "2025-03-03", 10, **china),
        _rule("F2", "2025-03-04", "2025-11-09", 20, **china),
        _rule("F3", "2025-11-10", LAST_IEEPA, 10, **china),
    ]
    periods: list[tuple[str, list[str], str, str, float, str]] = [
        ("F4", ["CAN"], "2025-03-04", "2025-03-06", 25, "full"),
        ("F4", ["MEX"], "2025-03-04", "2025-03-06", 25, "full"),
        ("F5", ["CAN"], "2025-03-07", "2025-07-31", 25, "without_usmca"),
        ("F6", ["CAN"], "2025-08-01", LAST_IEEPA, 35, "without_usmca"),
        ("F7", ["MEX"], "2025-03-07", LAST_IEEPA, 25, "without_usmca"),
    ]
    for rule, partners, start, end, rate, part in periods:
        low = ["potash"] if rule == "F7" else ["fentanyl_energy", "potash"]
        common = {"partners": partners, "on": "rest", "part": part}
        records += [
            _rule(rule, start, end, rate, without=[*low, "ch98"], **common),
            _rule(rule, start, end, 10, any_of=low, without=["ch98"], **common),
        ]
    return records


def reciprocal(august: dict[str, float]) -> list[Record]:
    """R1 to R9 with the rates of 7 August 2025 by partner, then Brazil and India."""
    others = {"except": ["RUS", *NEIGHBORS]}
    own_records = [*CHINA, "EU27", "JPN", "KOR", "CHE", "IND"]
    records = [
        *_reciprocal("R1", "2025-04-05", "2025-04-08", 10, **others),
        *_reciprocal("R1", "2025-04-09", "2025-08-06", 10, **{
            "except": ["RUS", *NEIGHBORS, *CHINA]
        }),
        *_reciprocal("R3", "2025-04-09", "2025-04-09", 84, partners=CHINA),
        *_reciprocal("R3", "2025-04-10", "2025-05-13", 125, partners=CHINA),
        *_reciprocal("R4", "2025-05-14", LAST_IEEPA, 10, partners=CHINA),
    ]  # fmt: skip
    listed = {code: rate for code, rate in august.items() if code not in own_records}
    for rate in sorted(set(listed.values()) - {10}):
        members = sorted(code for code, each in listed.items() if each == rate)
        records += _reciprocal("R5", "2025-08-07", LAST_IEEPA, rate, partners=members)
    above = sorted(code for code, rate in listed.items() if rate != 10)
    rest = {"except": ["RUS", *NEIGHBORS, *own_records, *above]}
    return [
        *records,
        *_reciprocal("R5", "2025-08-07", LAST_IEEPA, 10, **rest),
        *_reciprocal("R6", "2025-08-07", LAST_IEEPA, 15, partners=["EU27"], form="net15"),
        *_reciprocal("R7", "2025-08-07", LAST_IEEPA, 15, partners=["JPN"], form="net15"),
        *_reciprocal("R5", "2025-08-07", "2025-10-31", 15, partners=["KOR"]),
        *_reciprocal("R8", "2025-11-01", LAST_IEEPA, 15, partners=["KOR"]),
        *_reciprocal("R5", "2025-08-07", "2025-11-13", august["CHE"], partners=["CHE"]),
        *_reciprocal("R9", "2025-11-14", LAST_IEEPA, 15, partners=["CHE"], form="net15"),
        *_reciprocal("R5", "2025-08-07", "2026-02-06", 25, partners=["IND"]),
        *_reciprocal("I1", "2025-08-27", "2026-02-06", 25, partners=["IND"]),
        *_reciprocal("I2", "2026-02-07", LAST_IEEPA, 18, partners=["IND"]),
        _rule("B1", "2025-08-06", "2025-11-19", 40, partners=["BRA"], on="rest",
              without=["brazil_eo_exempt", *SPECIAL]),
        _rule("B1", "2025-11-20", LAST_IEEPA, 40, partners=["BRA"], on="rest",
              without=["brazil_eo_exempt", "nov14", *SPECIAL]),
    ]  # fmt: skip


def _metals(rule: str, start: str, end: str, rate: float, **whom: Any) -> list[Record]:
    """Steel, aluminium and their derivatives at one rate.

    The first articles pay on their full value, less what they paid in 2024 where the duties of
    2018 already stood; derivatives outside chapters 73 and 76 on their metal content. One metal
    only: the last record that fits a good holds.
    """
    common = {"on": "232", "order": 4, **whom}
    records = []
    metals = whom.get("metals", ("steel", "alu"))
    common.pop("metals", None)
    if rule == "S3":
        late = {"steel": ["steel_deriv_aug"], "alu": ["alu_deriv_aug"]}
        both = {"all_of": ["steel_deriv_aug", "alu_deriv_aug"], "part": "larger_content"}
        records += [
            _rule(rule, start, end, rate, any_of=late[metal], part=f"{metal}_content", **common)
            for metal in metals
        ]
        if len(metals) == 2:
            records.append(_rule(rule, start, end, rate, **both, **common))
        records.append(
            _rule(rule, start, end, rate, all_of=["alu_ch76_other", "steel_deriv_aug"], **common)
        )
        return records
    if "alu" in metals:
        castings = {
            "all_of": ["alu_ch76_other", "metals_IA"],
            "without": ["alu_deriv_mar", "steel_deriv_aug"],
        }
        records += [
            _rule(rule, start, end, rate, any_of=["alu_deriv_mar"], part="alu_content", **common),
            _rule(rule, start, end, rate, all_of=["alu_ch76_other", "alu_deriv_mar"], **common),
            _rule(rule, start, end, rate, **castings, **common),
            _rule(rule, start, end, rate, any_of=["alu_basic"], less_old_pct=10, **common),
        ]
    if "steel" in metals:
        records += [
            _rule(rule, start, end, rate, any_of=["steel_deriv_mar"], **common),
            _rule(rule, start, end, rate, any_of=["steel_basic"], less_old_pct=25, **common),
        ]
    return records


def metals() -> list[Record]:
    """S1 to S4 and copper. Where both metals fit, later records hold."""
    end = "2026-04-05"
    britain = {"partners": ["GBR"]}
    russia = {"partners": ["RUS"], "metals": ("alu",)}
    records = [
        *_metals("S3", "2025-08-18", end, 50),
        *_metals("S3", "2025-08-18", end, 25, **britain),
        *_metals("S3", "2025-08-18", end, 200, **russia),
        *_metals("S1", "2025-03-12", "2025-06-03", 25),
        *_metals("S2", "2025-06-04", end, 50),
        *_metals("S2", "2025-06-04", end, 25, **britain),
        *_metals("S2", "2025-06-04", end, 200, **russia),
    ]
    annexes: list[tuple[list[str], float, float, str]] = [
        (["metals_III"], 15, 15, "net15"),
        (["metals_IB"], 25, 15, "flat"),
        (["metals_IA"], 50, 25, "flat"),
    ]
    since = "2026-04-06"
    for lists, rate, british, form in annexes:
        common = {"on": "232", "order": 4, "any_of": lists, "form": form}
        old = {"alu_basic": 10, "steel_basic": 25} if lists == ["metals_IA"] else {}
        for whom, each in (({}, rate), (britain, british)):
            records.append(_rule("S4", since, None, each, **common, **whom))
            records += [
                _rule("S4", since, None, each, less_old_pct=duty, **{
                    **common, "all_of": [lists[0], metal, "old_232"], "any_of": []
                }, **whom)
                for metal, duty in old.items()
            ]  # fmt: skip
    records += [
        _rule("S4", since, None, 200, partners=["RUS"], on="232", order=4, **fits)
        for fits in (
            {"any_of": ["alu_basic"], "less_old_pct": 10},
            {"all_of": ["alu_ch76_other", "metals_IA"]},
            {"all_of": ["alu_ch76_other", "metals_IB"]},
        )
    ]
    records.append(_rule("C1", "2025-08-01", end, 50, any_of=["copper"], on="232", order=5))
    return records


def _cars(lists: list[str], start: str, order: int, usmca: str, **more: Any) -> list[Record]:
    return [
        _rule("A1" if order == 1 else "A2", start, None, 25, any_of=lists, on="232", order=order,
              part=usmca, **more)
    ]  # fmt: skip


def vehicles_and_wood() -> list[Record]:
    """Cars and their parts with the deals on them, trucks and buses, lumber and furniture."""
    records = [
        *_cars(["vehicles"], "2025-04-03", 1, "car_content"),
        *_cars(["car_parts"], "2025-05-03", 2, "without_usmca"),
        _rule("A3", "2025-06-30", None, 7.5, partners=["GBR"], any_of=["vehicles"], on="232",
              order=1),
    ]  # fmt: skip
    deals = (("EU27", "2025-08-01", "net15"), ("JPN", "2025-09-16", "net15"),
             ("KOR", "2025-11-01", "flat"))  # fmt: skip
    for partner, start, form in deals:
        records += [
            _rule("A4", start, None, 15, partners=[partner], any_of=[goods], on="232",
                  order=order, form=form)
            for goods, order in (("vehicles", 1), ("car_parts", 2))
        ]  # fmt: skip
    trucks = {"on": "232", "order": 3}
    records += [
        _rule("T1", "2025-11-01", None, 10, any_of=["buses"], **trucks),
        _rule("T1", "2025-11-01", None, 25, any_of=["truck_parts"], part="without_usmca", **trucks),
        _rule("T1", "2025-11-01", None, 25, any_of=["trucks"], part="car_content", **trucks),
    ]
    wood = {"on": "232", "order": 6}
    for goods, rate in (("softwood", 10), ("wood_furniture", 25)):
        fits = {"any_of": [goods], **wood}
        deal = "flat" if goods == "softwood" else "net15"
        records += [
            _rule("L1", "2025-10-14", None, rate, **fits),
            _rule("L1", "2025-10-14", None, 10, partners=["GBR"], **fits),
            _rule("L1", "2025-10-14", None, min(rate, 15), partners=["EU27", "JPN"], form=deal,
                  **fits),
        ]  # fmt: skip
    return records


def after_the_ruling(forced_labour: dict[str, float]) -> list[Record]:
    """Section 122, then section 301 on Brazil and on forced labour."""
    surcharge = {"on": "rest", "without": ["s122_exempt", "cafta_textile", *SPECIAL]}
    labour = {"on": "outside_232", "without": ["s301fl_exempt_proxy", "cafta_textile", *SPECIAL]}
    records = [
        _rule("P1", "2026-02-24", "2026-07-23", 10, part="without_usmca", **surcharge),
        _rule("Q1", "2026-07-22", None, 25, partners=["BRA"], on="outside_232",
              without=["brazil_301_exempt", *SPECIAL]),
    ]  # fmt: skip
    capped = {"EU27": "net10", "TWN": "net10", "JPN": "net125", "KOR": "net125", "CHE": "net125"}
    for rate in (10.0, 12.5):
        flat = sorted(c for c, r in forced_labour.items() if r == rate and c not in capped)
        records.append(
            _rule("Q2", "2026-07-24", None, rate, partners=flat, part="without_usmca", **labour)
        )
    for form, rate in (("net10", 10.0), ("net125", 12.5)):
        members = sorted(code for code, each in capped.items() if each == form)
        records.append(_rule("Q2", "2026-07-24", None, rate, partners=members, form=form, **labour))
    return records


def all_records(august: dict[str, float], forced_labour: dict[str, float]) -> list[Record]:
    """Every record, in the order in which the engine reads them."""
    return [
        *fentanyl(),
        *reciprocal(august),
        *metals(),
        *vehicles_and_wood(),
        *after_the_ruling(forced_labour),
    ]
