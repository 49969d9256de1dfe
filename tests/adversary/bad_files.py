"""Files and commands that are wrong in ways people and attackers are wrong, made from a seed."""

from __future__ import annotations

from pathlib import Path

from .bad import Bad, Generator, Maker, pick
from .bombs import array_bomb, entity_bomb, size_bomb

SCENARIO = {
    "scenario": "own",
    "title": "a title",
    "world": "world-2023",
    "start": "2025-04-05",
    "days": "90",
    "hegemon": "USA",
    "rival": "CHN",
    "focus": "JPN",
    "focus_rates": "[24%, 15%]",
    "tariffs": "\n  - {from: 2025-04-05, set: {USA.*: 15%, USA.JPN: 24%}}",
}
HOLDINGS = "holder,usd_bn,official_share,month\nJPN,1130.8,0.75,2025-03\nKOR,125.8,0.9,2025-03\n"
TARIFFS = "importer,exporter,rate\nUSA,*,10%\nUSA,JPN,24%\n"
PRIORS = "trade_elasticity:\n  distribution: {dist: lognormal, median: 5, low: 3, high: 8}\n"
ECONOMIES = "code,name,gdp\nALP,Alphaland,500\nBET,Betaland,400\nGAM,Gammaland,250\n"
TRADE = (
    "exporter,importer,value\nALP,BET,38\nALP,GAM,25\nBET,ALP,43\nBET,GAM,25\nGAM,ALP,35\n"
    "GAM,BET,19\n"
)
META = "name: own\nyear: 2023\nunit: billion USD\nsource: invented\n"
# Days that are in no calendar, beside a day that is.
NO_DAYS = ("2025-02-29", "2025-04-31", "2025-13-01", "2025-00-10", "2025-06-00", "2025-02-30")


def scenario_text(**changes: str | None) -> str:
    """The smallest scenario with some keys changed, added or (None) left out."""
    content = {**SCENARIO, **changes}
    return "".join(f"{key}: {value}\n" for key, value in content.items() if value is not None)


def _scenario(rng: Generator, folder: Path, text: str, **says: object) -> Bad:
    (folder / "own.yaml").write_text(text, encoding="utf-8")
    how = ("check", "own.yaml") if rng.random() < 0.6 else ("run", "own.yaml", "--draws", "2")
    return Bad(how, file="own.yaml", **says)  # type: ignore[arg-type]


def impossible_date(rng: Generator, folder: Path) -> Bad:
    """A day that is in no calendar, in any YAML that is read."""
    day = str(pick(rng, NO_DAYS))
    kind = rng.integers(4)
    if kind == 0:
        return _scenario(rng, folder, scenario_text(start=day), words=("start",))
    if kind == 1:
        return _scenario(rng, folder, scenario_text(deadlines=f"[{day}]"))
    if kind == 2:
        entry = f"\n  - {{from: {day}, set: {{USA.*: 15%}}}}"
        return _scenario(rng, folder, scenario_text(tariffs=entry))
    (folder / "own.yaml").write_text(PRIORS + f"  source: own\n  since: {day}\n")
    return Bad(("check", "own.yaml"), file="own.yaml")


def unknown_key(rng: Generator, folder: Path) -> Bad:
    """A mistyped key, of a file or of a section."""
    wrong, right = pick(
        rng,
        (
            ("titel", "title"),
            ("tarifs", "tariffs"),
            ("focus_rate", "focus_rates"),
            ("deadline", "deadlines"),
            ("treasurys", "treasuries"),
        ),
    )
    return _scenario(rng, folder, scenario_text(**{wrong: "[1]"}), words=(wrong, right))


def wrong_type(rng: Generator, folder: Path) -> Bad:
    """A value of the wrong kind or out of its range."""
    key, value = pick(
        rng,
        (
            ("days", "minus"),
            ("days", "-3"),
            ("days", "1e400"),
            ("days", "[90]"),
            ("start", "12"),
            ("hegemon", "[USA]"),
            ("hegemon", "USSA"),
            ("focus", "Japn"),
            ("world", "world-2032"),
            ("tariffs", "10%"),
            ("focus_rates", "[.nan]"),
            ("focus_rates", "[24]"),
            ("focus_rates", "[2000%]"),
            ("deadlines", "{a: b}"),
            ("backstop", "{federal_reserve: perhaps}"),
            ("wall", "{month: 2025-13}"),
            ("changes", "{trade_elasticity: {value: -4, source: own}}"),
            ("changes", "{likelihood_weak_full_punish: {value: 2, source: own}}"),
            ("changes", "{permanent_share: {value: 5, source: own}}"),
            ("changes", "{backstop_cap_bn_per_day: {value: -10, source: own}}"),
        ),
    )
    return _scenario(rng, folder, scenario_text(**{key: value}), place=key != "world")


def six_problems(rng: Generator, folder: Path) -> Bad:
    """Six problems in one file are six lines."""
    text = scenario_text(
        titel="a typo",
        world="world-2032",
        start="2025-04-31",
        days="minus",
        focus_rates="[2000%]",
        tariffs="\n  - {from: 2025-04-05, sett: {USA.*: 15%}}",
    )
    return _scenario(rng, folder, text, problems=6)


def broken_yaml(rng: Generator, folder: Path) -> Bad:
    """What is no YAML, or YAML that is not a mapping, or executes."""
    text = str(
        pick(
            rng,
            (
                "scenario: [",
                "a: b: c",
                "\t- x",
                "",
                "- 1\n- 2\n",
                "just words",
                "scenario: !!python/object/apply:os.system ['true']\n",
                "a: *nowhere\n",
                "title: 'unclosed\n",
                "scenario: x\nscenario: y\n",
                "\x00\x01",
            ),
        )
    )
    return _scenario(rng, folder, text, place=False)


def deep_nesting(rng: Generator, folder: Path) -> Bad:
    """Brackets in brackets, thousands deep."""
    depth = int(pick(rng, (600, 3_000, 20_000)))
    opening, closing = pick(rng, (("[", "]"), ("{a: ", "}")))
    text = scenario_text(deadlines=f"{opening * depth}1{closing * depth}")
    return _scenario(rng, folder, text, place=False)


def yaml_bomb(rng: Generator, folder: Path) -> Bad:
    """Aliases of aliases that stand for 10^9 values."""
    width = int(rng.integers(8, 11))
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * width)}]" for k in range(1, 10)]
    return _scenario(rng, folder, "\n".join(lines) + "\n" + scenario_text(), place=False)


def _world(folder: Path, economies: str = ECONOMIES, trade: str = TRADE, meta: str = META) -> None:
    (folder / "own").mkdir()
    (folder / "own" / "economies.csv").write_text(economies, encoding="utf-8")
    (folder / "own" / "trade.csv").write_text(trade, encoding="utf-8")
    (folder / "own" / "meta.yaml").write_text(meta, encoding="utf-8")


def bad_world(rng: Generator, folder: Path) -> Bad:
    """An own world with one figure or name that cannot be."""
    table, old, new, place = pick(
        rng,
        (
            ("economies", "500", "-500", True),
            ("economies", "500", "nan", True),
            ("economies", "500", "inf", True),
            ("economies", "500", "", True),
            ("economies", "500", "five hundred", True),
            ("economies", "BET", "ALP", True),
            ("economies", "gdp", "gpd", True),
            ("economies", "BET", "B-T", True),
            ("trade", "43", "-43", True),
            ("trade", "43", "nan", True),
            ("trade", "43", "1e999", True),
            ("trade", "43", "", True),
            ("trade", "43", "43,5", True),
            ("trade", "GAM,ALP", "GAN,ALP", True),
            ("trade", "BET,ALP", "ALP,ALP", False),
            ("trade", "BET,GAM", "BET,ALP", True),
            ("trade", "importer", "importeur", True),
            ("trade", "43", "4300000", False),
            ("meta", "billion USD", "billion EUR", False),
            ("meta", "2023", "in 2023", False),
        ),
    )
    texts = {"economies": ECONOMIES, "trade": TRADE, "meta": META}
    texts[table] = texts[table].replace(old, new, 1)
    _world(folder, **texts)
    how = pick(
        rng,
        (
            ("trade", "own", "--set", "ALP.BET=10%", "--model", "armington"),
            ("world", "check", "own"),
            ("check", "own"),
        ),
    )
    return Bad(tuple(how), file=f"{table}" if table != "trade" else "", place=place)


def bad_table(rng: Generator, folder: Path) -> Bad:
    """Holdings, tariffs or priors with one wrong value."""
    kind = int(rng.integers(3))
    if kind == 0:
        old, new = pick(
            rng,
            (
                ("1130.8", "-5"),
                ("1130.8", "many"),
                ("0.75", "1.75"),
                ("0.75", "nan"),
                ("2025-03", "2025-13"),
                ("usd_bn", "usd_bm"),
                ("KOR", "JPN"),
                ("125.8", ""),
                ("125.8", "1e400"),
            ),
        )
        (folder / "h.csv").write_text(HOLDINGS.replace(old, new, 1))
        how = pick(rng, (("check", "h.csv"), ("treasuries", "holders", "--holdings", "h.csv")))
        return Bad(tuple(how), file="h.csv")
    if kind == 1:
        old, new = pick(
            rng,
            (
                ("24%", "24"),
                ("24%", "-150%"),
                ("24%", "nan"),
                ("24%", "inf"),
                ("24%", "24 percent"),
                ("JPN", "JAPN"),
                ("rate", "rates"),
                ("USA,JPN", "USA,USA"),
                ("24%", "٣٤%x"),
                ("24%", "1e999%"),
            ),
        )
        (folder / "t.csv").write_text(TARIFFS.replace(old, new, 1), encoding="utf-8")
        return Bad(("trade", "world-2023", "--tariffs", "t.csv"), file="t.csv")
    old, new = pick(
        rng,
        (
            ("trade_elasticity", "trade_elasticty"),
            ("lognormal", "lognormall"),
            ("median: 5", "median: -5"),
            ("low: 3", "low: 30"),
            ("high: 8", "high: .nan"),
            ("median: 5", "median: five"),
            ("  source: own\n", ""),
        ),
    )
    (folder / "p.yaml").write_text((PRIORS + "  source: own\n").replace(old, new, 1))
    return Bad(("check", "p.yaml"), file="p.yaml")


def not_a_table(rng: Generator, folder: Path) -> Bad:
    """Binary, empty or missing files, folders, and other encodings where a table is wanted."""
    kind = int(rng.integers(6))
    path = folder / "t.csv"
    if kind == 0:
        path.write_bytes(rng.bytes(400))
    elif kind == 1:
        path.write_bytes(b"")
    elif kind == 2:
        path.write_bytes(TARIFFS.replace("JPN", "Côte d'Ivoire").encode("latin-1"))
    elif kind == 3:
        path.mkdir()
    elif kind == 4:
        path.write_text("importer,exporter,rate\n" + "USA,JPN,24%\n" * 2 + '"USA,JPN,')
    return Bad(("trade", "world-2023", "--tariffs", "t.csv"), file="t.csv", place=False)


def long_path(rng: Generator, folder: Path) -> Bad:
    """--out with 400 characters, or through a file, or into nowhere."""
    (folder / "own.yaml").write_text(scenario_text())
    (folder / "file").write_text("x")
    out = str(pick(rng, ("x" * 400, "file/inside", "x" * 400 + ".json", "a/" * 2100)))
    if rng.random() < 0.5:
        return Bad(("run", "own.yaml", "--draws", "2", "--out", out), place=False)
    return Bad(("trade", "world-2023", "--set", "USA.JPN=24%", "--out", out), place=False)


def bad_option(rng: Generator, folder: Path) -> Bad:
    """Options that name nothing or mean nothing."""
    words = pick(
        rng,
        (
            ("trade", "world-2032", "--set", "USA.JPN=24%"),
            ("trade", "world-2023", "--set", "USA.JPN=24"),
            ("trade", "world-2023", "--set", "USA.JPN"),
            ("trade", "world-2023", "--set", "USA.USA=10%"),
            ("trade", "world-2023", "--set", "USA.JPN=nan"),
            ("trade", "world-2023", "--set", "USA.JPN=-200%"),
            ("trade", "world-2023", "--model", "armingtom"),
            ("trade", "world-2023", "--param", "trade_elasticity=0"),
            ("trade", "world-2023", "--param", "trade_elastcity=4"),
            ("optimal", "world-2023", "USSA"),
            ("nash", "world-2023", "--players", "USA,USSR"),
            ("run", "japan-2052", "--draws", "2"),
            ("run", "pause-2025", "--draws", "0"),
            ("run", "pause-2025", "--draws", "2", "--set", "dyas=120"),
            ("treasuries", "wall", "2025-13"),
            ("treasuries", "sell", "JPN", "-5"),
            ("currency", "defend", "JPY", "--band", "150:130"),
            ("brief", "nowhere"),
            ("verify", "nowhere.json"),
            ("solve", "pause-2025", "--for", "focus_welfare", "--vary", "days"),
        ),
    )
    return Bad(tuple(words), place=False)


def unicode_minus(rng: Generator, folder: Path) -> Bad:
    """A rate with a typographic minus is a rate."""
    (folder / "t.csv").write_text(TARIFFS.replace("24%", "−5%"), encoding="utf-8")
    how = pick(
        rng,
        (
            ("trade", "world-2023", "--set", "USA.JPN=−5%"),
            ("trade", "world-2023", "--tariffs", "t.csv"),
        ),
    )
    return Bad(tuple(how), code=0, place=False)


def plain_terminal(rng: Generator, folder: Path) -> Bad:
    """LC_ALL=C without UTF-8 mode, and other encodings, get an answer."""
    (folder / "own.yaml").write_text(scenario_text(title="Côte d'Ivoire − 5 %"), encoding="utf-8")
    how = pick(
        rng,
        (
            ("trade", "world-2023", "--set", "USA.JPN=24%"),
            ("check", "own.yaml"),
            ("worlds",),
            ("models",),
        ),
    )
    variables = pick(
        rng,
        (
            {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
            {"PYTHONOPTIMIZE": "2"},
            {"PYTHONIOENCODING": "cp1252"},
            {"PYTHONIOENCODING": "ascii"},
            {"PYTHONIOENCODING": "latin-1"},
        ),
    )
    return Bad(tuple(how), code=0, place=False, environment=dict(variables))


def closed_output(rng: Generator, folder: Path) -> Bad:
    """Standard output is closed: nothing to say it on, and no traceback."""
    how = pick(
        rng,
        (
            ("worlds",),
            ("trade", "world-2023", "--set", "USA.JPN=24%", "--json"),
            ("models", "--json"),
            ("--help",),
        ),
    )
    return Bad(tuple(how), code=-1, place=False, close_output=True)


MAKERS: tuple[Maker, ...] = (
    impossible_date,
    unknown_key,
    wrong_type,
    wrong_type,
    six_problems,
    broken_yaml,
    deep_nesting,
    yaml_bomb,
    bad_world,
    bad_world,
    bad_table,
    bad_table,
    not_a_table,
    entity_bomb,
    size_bomb,
    array_bomb,
    long_path,
    bad_option,
    bad_option,
    unicode_minus,
    plain_terminal,
    closed_output,
)
