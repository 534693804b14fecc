"""Results by indicator of a whole country: what do our questions cost beside hand-written SQL?

    python benchmarks/criteria.py FOLDER [--schools 45000] [--years 20] [-n ROUNDS] [--spark]

makes FOLDER/facts.parquet and its likes if they are not there (15 criteria x 5 contents for each
school and year: 67.5 million rows, made up by a rule, the same each time), then asks two questions
in whole processes that take turns: through Ibis as `analysis.criteria` does, and in SQL written for
DuckDB. The answers must be equal. `--spark` asks the same on Spark, once.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from pathlib import Path

from check_national import ROOT
from side_by_side import Used, show, side_by_side

MAKE_SCHOOLS = """
COPY (
    SELECT 's' || lpad(s::VARCHAR, 5, '0') AS school_id,
           (2026 + y) || '-' || (2027 + y) AS school_year,
           ['MN', 'TH', 'THCS', 'TH&THCS', 'THPT'][1 + s % 5] AS education_level
    FROM range({schools}) AS a(s), range({years}) AS b(y) ORDER BY school_year, school_id
) TO '{folder}/schools.parquet' (FORMAT parquet)
"""
MAKE_FACTS = """
COPY (
    SELECT school_id, school_year, criterion[1]::TINYINT AS standard, criterion,
           ['a', 'b', 'c', 'd', 'e'][1 + i] AS indicator, 1::TINYINT AS level,
           hash(school_id, school_year, criterion, i) % 1000 >= 6 + school_id[-1:]::INT AS met
    FROM read_parquet('{folder}/schools.parquet'), (SELECT unnest({criteria}) AS criterion) AS c,
         range(5) AS i(i)
    WHERE school_year = '{year}' ORDER BY school_id, criterion, indicator
) TO '{folder}/facts/{year}.parquet' (FORMAT parquet)
"""
NO_CONDITIONS = """
COPY (
    SELECT school_id, school_year, NULL::BOOLEAN AS cohort, NULL::TINYINT AS data_years,
           NULL::BOOLEAN AS facilities FROM read_parquet('{folder}/schools.parquet') LIMIT 0
) TO '{folder}/conditions.parquet' (FORMAT parquet)
"""
SHARE_MET = """
SELECT school_year, education_level, level, standard, criterion,
       sum(met::BIGINT)::BIGINT AS indicators_met, count(*) AS indicators_total,
       100 * indicators_met / indicators_total AS met_percent
FROM facts JOIN schools USING (school_id, school_year)
GROUP BY ALL ORDER BY ALL
"""
SCHOOLS_MEETING = """
WITH criteria AS (
    SELECT school_id, school_year, criterion, bool_and(met) AS reached,
           criterion IN {mandatory} AS is_mandatory
    FROM facts WHERE level = 1 GROUP BY ALL
), each AS (
    SELECT school_id, school_year,
           count(*) FILTER (is_mandatory AND reached) = 8
           AND count(*) FILTER (NOT is_mandatory AND reached) >= 5 AS is_met
    FROM criteria GROUP BY ALL
)
SELECT school_year, education_level, count(*) AS schools_total,
       sum(is_met::BIGINT)::BIGINT AS met_count, 0 AS unclear_count,
       100 * met_count / schools_total AS met_percent
FROM each JOIN schools USING (school_id, school_year) GROUP BY ALL ORDER BY ALL
"""
NAMES = [f"{s}.{c}" for s, count in enumerate((4, 3, 5, 3), 1) for c in range(1, count + 1)]
MANDATORY = ("1.3", "1.4", "2.1", "2.2", "3.1", "3.2", "4.1", "4.2")
QUESTIONS = {"share_met": SHARE_MET, "schools_meeting": SCHOOLS_MEETING.format(mandatory=MANDATORY)}

BY_HAND = """
import sys, duckdb
folder, sql, answer = sys.argv[1:]
for name in ("facts", "schools"):
    duckdb.sql(f"CREATE VIEW {name} AS FROM '{folder}/{name}.parquet'")
duckdb.sql(sql).df().to_csv(answer, index=False)
"""
START_BY_HAND = "import duckdb, pandas"
START_IBIS = "from analysis import criteria; import ibis; criteria.share_met; ibis.duckdb.connect()"
THROUGH_IBIS = """
import sys
from analysis import criteria
folder, question, answer = sys.argv[1:]
tables = criteria.open_criteria(folder)
getattr(criteria, question)(tables.facts, tables.schools).execute().to_csv(answer, index=False)
"""
ON_SPARK = """
import sys, ibis
from pyspark.sql import SparkSession
from analysis import criteria
folder, question, answer = sys.argv[1:]
session = SparkSession.builder.master("local[2]").config("spark.driver.memory", "6g").getOrCreate()
tables = criteria.open_criteria(folder, ibis.pyspark.connect(session))
getattr(criteria, question)(tables.facts, tables.schools).execute().to_csv(answer, index=False)
"""


def make(folder: Path, schools: int, years: int) -> None:
    """The two tables; a year at a time, so that little memory is needed."""
    import duckdb

    (folder / "facts").mkdir(parents=True, exist_ok=True)
    duckdb.sql(MAKE_SCHOOLS.format(folder=folder, schools=schools, years=years))
    duckdb.sql(NO_CONDITIONS.format(folder=folder))
    for year in (f"{2026 + y}-{2027 + y}" for y in range(years)):
        duckdb.sql(MAKE_FACTS.format(folder=folder, year=year, criteria=NAMES))
    whole = f"COPY (FROM '{folder}/facts/*.parquet') TO '{folder}/facts.parquet' (FORMAT parquet)"
    duckdb.sql(whole)


def same(one: Path, other: Path) -> bool:
    """Are two answers equal? Shares may differ in the last digits."""
    import pandas as pd

    frames = [pd.read_csv(p, dtype={"criterion": str}) for p in (one, other)]
    try:
        pd.testing.assert_frame_equal(*frames, check_dtype=False, rtol=1e-12)
    except AssertionError as error:
        print(error, file=sys.stderr)
        return False
    return True


def above_start(used: dict[str, list[Used]]) -> float:
    """The question alone: what each way takes beyond loading its libraries, round by round."""
    sql, ibis, start_sql, start_ibis = ([run.cpu for run in runs] for runs in used.values())
    rounds = zip(sql, ibis, start_sql, start_ibis, strict=True)
    return statistics.median((i - before_i) / (s - before_s) for s, i, before_s, before_i in rounds)


def main() -> None:
    """Make, ask in turn, compare the answers, tell the ratios."""
    parser = argparse.ArgumentParser(description="Measure questions about criteria.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--schools", type=int, default=45_000)
    parser.add_argument("--years", type=int, default=20)
    parser.add_argument("-n", "--rounds", type=int, default=5)
    parser.add_argument("--spark", action="store_true")
    options = parser.parse_args()
    folder = options.folder.resolve()
    if not (folder / "facts.parquet").exists():
        make(folder, options.schools, options.years)
    python, wrong = [sys.executable, "-c"], []
    for question, sql in QUESTIONS.items():
        answers = {name: folder / f"{question}.{name}.csv" for name in ("sql", "ibis", "spark")}
        print(f"\n{question}")
        commands = {
            "DuckDB, SQL by hand": [*python, BY_HAND, str(folder), sql, str(answers["sql"])],
            "through Ibis": [*python, THROUGH_IBIS, str(folder), question, str(answers["ibis"])],
            "  start and imports, DuckDB": [*python, START_BY_HAND],
            "  start and imports, Ibis": [*python, START_IBIS],
        }
        used = side_by_side(commands, options.rounds)
        show(used)
        print(f"CPU above start and imports, Ibis / SQL: {above_start(used):.2f}")
        asked = ["ibis"]
        if options.spark:
            run = [*python, ON_SPARK, str(folder), question, str(answers["spark"])]
            subprocess.run(run, check=True, env=dict(os.environ, PYTHONPATH=str(ROOT)))
            asked.append("spark")
        for name in asked:
            right = same(answers["sql"], answers[name])
            print(f"answer of {name}: {'equal' if right else 'DIFFERENT'}")
            wrong += [] if right else [question]
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
