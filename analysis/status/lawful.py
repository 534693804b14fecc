"""Certificates that do not go with the law of their day: for a person to look at."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.reference import (
    Rules,
    cqg_asks,
    list_regimes,
    rule_on,
    say,
    signer_of,
    signer_on,
)

_COLUMNS = ["school_id", "scheme", "level", "decision", "signed", "rule", "message"]
_DAY_FORMS = {"day": "%d/%m/%Y", "month": "%m/%Y", "year": "%Y", "school_year": "%Y"}
_COLUMNS += ["source_file", "source_sheet", "source_row"]


def check_certificates(
    certificates: pd.DataFrame, rules: Rules, *, lang: str = "vi"
) -> pd.DataFrame:
    """Certificates (`list_certificates`) that do not go with the law of their day. A list to look
    at, never a verdict on a school.

    One row per finding: school_id, scheme, level, decision, signed, `rule`, `message`, source_file,
    source_sheet, source_row. `rule`:

    - register_signer: signed by another than the law named on that day (KĐCLGD: the director of the
      Sở; CQG: the chairman of the province to 24/01/2025, then the director, Thông tư 22/2024); not
      asked where day or signer are not known;
    - register_cqg_asks: no KĐCLGD level as high as the Mức this CQG level asks for was in force
      when it was signed, in a school whose KĐCLGD the register knows. The law asks for the result,
      not for the certificate. A KĐCLGD level of other circulars is not compared: its Mức means
      something else.
    """
    dated = certificates[certificates["regime"].ne("")]
    found = pd.concat([_wrong_signers(dated, rules, lang), _results_missing(dated, rules, lang)])
    return found.sort_index(kind="stable")[_COLUMNS].reset_index(drop=True)


def _wrong_signers(dated: pd.DataFrame, rules: Rules, lang: str) -> pd.DataFrame:
    days = [day.date() for day in dated["effective"]]
    name = {key: signer[lang] for key, signer in rules.regimes["signers"].items()}
    signer = [name.get(signer_of(d, rules) or "", "") for d in dated["decision"]]
    pairs = zip(days, dated["scheme"], strict=True)
    lawful = [name.get(signer_on(day, scheme, rules) or "", "") for day, scheme in pairs]
    told = dated.assign(signer=signer, lawful=lawful)
    known = told["signer"].ne("") & told["lawful"].ne("")
    told = told[known & told["signer"].ne(told["lawful"])]
    return _with_messages(told, "signer", ["signer", "lawful"], rules, lang)


def _results_missing(dated: pd.DataFrame, rules: Rules, lang: str) -> pd.DataFrame:
    cqg = dated[dated["scheme"].eq("cqg") & dated["level"].notna()]
    pairs = zip(cqg["effective"], cqg["level"], strict=True)
    asked = [cqg_asks(day.date(), int(level), rules) for day, level in pairs]
    best = _best_results(dated, cqg, rules)
    told = cqg.assign(asked=pd.array(asked, dtype="Int64"), best=best)
    told = told[told["best"].lt(told["asked"]).fillna(False)]
    shown = told["best"].astype("str").where(told["best"] > 0, "—")
    return _with_messages(told.assign(best=shown), "cqg_asks", ["asked", "best"], rules, lang)


def _best_results(dated: pd.DataFrame, cqg: pd.DataFrame, rules: Rules) -> pd.Series[Any]:
    """For each CQG the highest KĐCLGD level in force on its day, 0 for none; missing where one of
    them is of another ladder, or where the register knows of no KĐCLGD of the school at all."""
    ladders = {r.id: r.ladder for r in list_regimes(rules)}
    columns = ["school_id", "regime", "effective", "expires", "level"]
    results = dated.loc[dated["scheme"].eq("kdclgd"), columns]
    own = cqg[["school_id", "regime", "effective"]].reset_index(names="of")
    both = own.merge(results, on="school_id", suffixes=("", "_result"))
    both = both[both["effective"].between(both["effective_result"], both["expires"])]
    compared = both["regime"].map(ladders).eq(both["regime_result"].map(ladders))
    level = both["level"].fillna(0).astype("Int64")
    best = level.groupby(both["of"]).max()
    best = best.mask((~compared).groupby(both["of"]).any())
    of_known = cqg.index[cqg["school_id"].isin(results["school_id"])]
    return best.reindex(of_known, fill_value=0).reindex(cqg.index)


def _with_messages(
    told: pd.DataFrame, rule: str, facts: list[str], rules: Rules, lang: str
) -> pd.DataFrame:
    messages = [
        say(
            f"register_{rule}",
            lang,
            scheme=say(f"scheme_{row['scheme']}", lang),
            level=row["level"],
            decision=row["decision"] or say("register_no_number", lang),
            day=row["effective"].strftime(_DAY_FORMS[row["signed_precision"]]),
            source=rule_on(rule, row["effective"].date(), rules)["source"],
            **{name: row[name] for name in facts},
        )
        for row in told.to_dict("records")
    ]
    return told.assign(rule=f"register_{rule}", message=pd.array(messages, dtype="str"))
