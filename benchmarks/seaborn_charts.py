"""The twelve charts as a notebook usually draws them: seaborn, pyplot, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

Tables = Mapping[str, Any]


def draw_all(tables: Tables, folder: str) -> None:
    """Each chart to PNG and SVG, cropped to what is drawn."""
    sns.set_theme(style="whitegrid", font_scale=1.3)
    for name, chart in _CHARTS.items():
        figure, axes = plt.subplots(figsize=(16, 9), dpi=120)
        chart(tables, axes)
        axes.set_title(f"{name}: {tables['about'].office('vi')}", fontweight="bold", loc="left")
        figure.text(0.01, 0.01, tables["about"].source("vi"))
        figure.savefig(f"{folder}/{name}.png", bbox_inches="tight")
        figure.savefig(f"{folder}/{name}.svg", bbox_inches="tight")
        plt.close(figure)


def _now(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["school_year"] == table["school_year"].max()]


def _label(axes: Axes, form: str = "{:.1f}") -> None:
    for bars in axes.containers:
        axes.bar_label(bars, fmt=lambda value: form.format(value).replace(".", ","))


def _levels(t: Tables, axes: Axes) -> None:
    rows = _now(t["levels"])
    wide = rows.pivot_table(
        index="group", columns="standing", values="schools_percent", sort=False, observed=True
    ).astype(float)
    left = pd.Series(0.0, index=wide.index)
    for standing, colour in zip(wide, sns.color_palette("Blues", wide.shape[1]), strict=True):
        axes.barh(wide.index, wide[standing], left=left, color=colour, label=standing)
        left = left + wide[standing].fillna(0)
    _label(axes)
    axes.legend(loc="upper center", ncols=5)


def _targets(t: Tables, axes: Axes) -> None:
    sns.barplot(t["targets"], x="schools_percent", y="label_vi", ax=axes)
    for i, row in enumerate(t["targets"].itertuples()):
        axes.plot([row.target_from] * 2, [i - 0.4, i + 0.4], color="black", lw=3)
    _label(axes)


def _gaps(t: Tables, axes: Axes) -> None:
    sns.barplot(t["gaps"], x="gap_points", y="group", hue="label_vi", ax=axes)
    _label(axes)


def _progress(t: Tables, axes: Axes) -> None:
    rows = t["progress"].astype({"schools_percent": float})
    sns.stripplot(rows, x="schools_percent", y="label_vi", hue="school_year", size=14, ax=axes)
    for row in rows.itertuples():
        axes.annotate(f"{row.schools_count}/{row.schools_total}", (row.schools_percent, 0))


def _change(t: Tables, axes: Axes) -> None:
    rows = t["levels"][t["levels"]["standing"].astype(str) == "1"]
    rows = rows.astype({"reached_percent": float, "group": str})
    sns.lineplot(rows, x="school_year", y="reached_percent", hue="group", marker="o", ax=axes)
    for row in rows.itertuples():
        axes.annotate(f"{row.reached_percent:.1f}%", (row.school_year, row.reached_percent))


def _path(t: Tables, axes: Axes) -> None:
    """Small multiples take a figure of their own."""
    axes.set_axis_off()
    rows = t["path"][t["path"]["target_id"] == "Q"].astype({"schools_percent": float})
    groups = list(rows["group"].astype(str).unique())
    for i, group in enumerate(groups):
        place = [0.02 + 0.33 * (i % 3), 0.55 - 0.5 * (i // 3), 0.27, 0.36]
        small = axes.inset_axes(place)
        part = rows[rows["group"].astype(str) == group]
        sns.lineplot(part, x="as_of", y="schools_percent", hue="scenario", marker="o", ax=small)
        small.set(title=group, ylim=(0, 100))


def _bridge(t: Tables, axes: Axes) -> None:
    rows = t["bridge"]
    rows = rows[(rows["level"] == "any") & (rows["school_year_to"] == "2024-2025")]
    sns.barplot(rows, x="step", y="schools_count", ax=axes)
    _label(axes, "{:.0f}")


def _units(t: Tables, axes: Axes) -> None:
    rows = t["units"][t["units"]["reached_percent"].notna()]
    keys = {"index": "group", "columns": ["scheme", "standing"]}
    wide = rows.pivot_table(**keys, values="reached_percent", observed=True).astype(float)
    sns.heatmap(wide, annot=True, fmt=".1f", cmap="Blues", ax=axes)


def _transitions(t: Tables, axes: Axes) -> None:
    rows = t["transitions"]
    rows = rows[rows["school_year_to"] == "2024-2025"]
    keys = {"index": "standing_from", "columns": "standing_to"}
    wide = rows.pivot_table(**keys, values="schools_count", aggfunc="sum", observed=True)
    sns.heatmap(wide, annot=True, fmt="g", cmap="Blues", ax=axes)


def _expiries(t: Tables, axes: Axes) -> None:
    rows = t["expiries"].astype({"level": "Int64"})
    sns.barplot(rows, x="quarter", y="schools_count", hue="level", ax=axes)
    _label(axes, "{:.0f}")
    axes.tick_params(axis="x", rotation=90)


def _sessions(t: Tables, axes: Axes) -> None:
    rows = t["sessions"].astype({"two_sessions_percent": float})
    sns.barplot(rows, x="two_sessions_percent", y="group", hue="measure", ax=axes)
    _label(axes)


def _completeness(t: Tables, axes: Axes) -> None:
    rows = t["completeness"].astype({"stated_percent": float})
    wide = rows.pivot_table(index="column", columns="school_year", values="stated_percent")
    sns.heatmap(wide, annot=True, fmt=".1f", cmap="Blues", ax=axes)


_CHARTS: dict[str, Callable[[Tables, Axes], None]] = {
    "levels": _levels,
    "targets": _targets,
    "gaps": _gaps,
    "progress": _progress,
    "change": _change,
    "path": _path,
    "bridge": _bridge,
    "units": _units,
    "transitions": _transitions,
    "expiries": _expiries,
    "sessions": _sessions,
    "completeness": _completeness,
}
