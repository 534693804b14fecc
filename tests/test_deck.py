"""Slides: native charts with their data, words and alt text, the same bytes each time."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from defusedxml import ElementTree
from matplotlib.figure import Figure
from pptx import Presentation
from pptx.util import Emu

from analysis.charts import chart_gaps, chart_progress, chart_targets
from analysis.charts.lettering import width_of
from analysis.charts.style import colour
from analysis.reference import SuiteError
from analysis.slides import Slide, export_deck
from analysis.slides.fitting import has_room
from analysis.slides.forms import natives_of
from analysis.slides.slide import messages_of
from tests.charts import ABOUT, PLAUSIBLE, Office, compared, office
from tests.decks import boxes, charts, labels, members, plotted, sheet_of

DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("deck") / "deck.pptx"
    return Presentation(str(export_deck(charts(), path, about=ABOUT).path))


def test_one_slide_a_message_behind_a_cover_each_with_a_real_title(deck: Any) -> None:
    assert (deck.slide_width, deck.slide_height) == (Emu(12192000), Emu(6858000))
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert titles[1:] == [chart.headline for chart in charts().values()]
    order = [shape.name.rpartition(":")[2] for shape in deck.slides[1].shapes]
    assert order == ["title", "subtitle", "kdclgd", "source", "tag", "number"], "as it is read out"
    assert deck.core_properties.language == "vi-VN"


def test_every_box_has_its_name_words_and_language(deck: Any) -> None:
    named, chart = boxes(deck), charts()["kdclgd"]
    assert chart.subtitle in named["acc:kdclgd:notes"].text_frame.text
    assert named["acc:kdclgd:tag"].text_frame.text == "Dữ liệu minh họa"
    assert "Nguồn: tổng hợp từ báo cáo" in named["acc:kdclgd:source"].text_frame.text
    notes = named["acc:targets:notes"].text_frame.text
    assert "Cách hiểu chỉ tiêu: KĐCLGD cấp độ 2: chỉ tiêu 80–90%, tính đúng cấp độ 2" in notes
    assert "(n = 38)" in notes and "Cách tính:" in notes and chart.about.source_vi in notes
    for slide in deck.slides:
        langs = {r.get("lang") for r in slide._element.iter(f"{DRAWING}rPr")}
        assert langs == {"vi-VN"}


def test_subtitle_and_source_take_one_line_each_and_the_notes_have_the_rest(deck: Any) -> None:
    named = boxes(deck)
    for name, chart in charts().items():
        notes = named[f"acc:{name}:notes"].text_frame.text
        for part in ("subtitle", "source"):
            told = named[f"acc:{name}:{part}"].text_frame.text
            assert has_room(part, told) and told.endswith("."), told
            assert all(words in notes for words in told.rstrip(".").split(". ")), told
        assert "n: " in named[f"acc:{name}:subtitle"].text_frame.text or name == "targets"
        assert chart.subtitle in notes


def test_the_office_of_a_long_name_with_a_point_in_it_does_not_break_a_subtitle() -> None:
    about = replace(ABOUT, office_vi="Sở GD&ĐT TP. Huế" + " rất dài" * 12)
    for message in messages_of(charts(about=about), about, "vi"):
        assert has_room("subtitle", message.texts["subtitle"])
        assert "TP." not in message.texts["subtitle"] and about.office_vi in message.texts["notes"]


def test_charts_are_native_with_alt_text_and_their_numbers(deck: Any) -> None:
    named = boxes(deck)
    for name, chart in charts().items():
        frame = named[f"acc:{name}"]
        assert frame.has_chart
        assert frame._element.xpath(".//p:cNvPr")[0].get("descr") == chart.alt
        grid, values = sheet_of(frame.chart), plotted(frame.chart)
        assert list(values) == grid[0][1 : 1 + len(values)]
        for c, series in enumerate(values.values(), 1):
            assert [row[c] for row in grid[1:]] == pytest.approx(series)
    levels = plotted(named["acc:kdclgd"].chart)
    assert levels["Cấp độ 2"] == [7, 13, 7, 1, 28]
    assert named["acc:kdclgd"].chart.plots[0].categories[0] == "Mầm non\n9/12 (75,0%)"
    assert sheet_of(named["acc:kdclgd"].chart)[-1][-2:] == [34, 38]


def test_the_look_is_that_of_the_pictures(deck: Any) -> None:
    fills = {
        series.name: series.format.fill.fore_color.rgb
        for series in boxes(deck)["acc:kdclgd"].chart.plots[0].series
        if series.name.startswith("Cấp độ")
    }
    for level in (1, 2, 3):
        assert str(fills[f"Cấp độ {level}"]) == colour_of_level(level)
    theme = next(p for p in members_of(deck) if "theme1" in p)
    for name in ("ink.text", "bar.measure", "bar.above", "ink.tag"):
        assert colour(name)[1:].encode() in members_of(deck)[theme]


def colour_of_level(level: int) -> str:
    from analysis.charts.style import standing_paint

    return standing_paint("kdclgd", str(level)).fill[1:]


def members_of(deck: Any) -> dict[str, bytes]:
    return {str(part.partname): part.blob for part in deck.part.package.iter_parts()}


def test_the_same_charts_give_the_same_bytes_and_no_clock(tmp_path: Path) -> None:
    one = export_deck(charts(), tmp_path / "1.pptx", about=ABOUT).path.read_bytes()
    assert one == export_deck(charts(), tmp_path / "2.pptx", about=ABOUT).path.read_bytes()
    with zipfile.ZipFile(tmp_path / "1.pptx") as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {2000}
    for name, part in members(tmp_path / "1.pptx").items():
        if name.endswith((".xml", ".rels")):
            ElementTree.fromstring(part)
        assert not re.search(rb"20[12]\d-\d\d-\d\dT", part), name


LATE = replace(ABOUT, as_of=dt.date(2026, 5, 31))


@pytest.mark.parametrize(("lang", "word"), [("vi", "tham khảo"), ("en", "for reference")])
def test_slides_on_targets_that_have_ended_say_so_and_conclude_nothing(
    lang: str, word: str, tmp_path: Path
) -> None:
    late = office(PLAUSIBLE, as_of=LATE.as_of)
    gaps = compared(late, "education_level")
    two = pd.concat([gaps.assign(school_year="2023-2024"), gaps])
    how: dict[str, Any] = {"about": LATE, "lang": lang}
    drawn = {
        "targets": chart_targets(compared(late), **how),
        "gaps": chart_gaps(gaps, target_id="K2", **how),
        "progress": chart_progress(two, target_id="Q", **how),
    }
    drawn["picture"] = chart_gaps(gaps, target_id="K1", **how)
    drawn["picture"].drawing = None  # a slide with the picture, and one with its table
    deck = Presentation(str(export_deck(drawn, tmp_path / "d.pptx", about=LATE, lang=lang).path))
    assert len(deck.slides) == 6
    for slide in [*deck.slides][1:]:
        notes = slide.notes_slide.notes_text_frame.text
        alt = " ".join(slide._element.xpath(".//p:cNvPr/@descr"))
        names = [t for s in slide.shapes if s.has_chart for t in labels(s.chart).values()]
        for said in (slide.shapes.title.text_frame.text, alt, notes):
            assert word in said
        for said in (slide.shapes.title.text_frame.text, alt, notes, *names):
            assert not re.search(r"đạt chỉ tiêu|chưa đạt|thiếu \d|\d schools? short|reached", said)
    bars = boxes(deck)["acc:gaps"].chart
    assert [series.name for series in bars.plots[0].series][:-1] == [
        {"vi": "Tham khảo hoặc chưa kết luận được (điểm phần trăm)"}.get(
            lang, "For reference, or open (percentage points)"
        )
    ]
    assert all(word in text for text in labels(bars).values())


def test_what_is_open_has_a_bar_and_words_of_its_own(tmp_path: Path) -> None:
    groups: Office = {"MN": [(2, 1, 3), (2, "expired", 1)], "TH": [(2, 1, 1), (2, "in_doubt", 1)]}
    gaps = compared(office(groups), "education_level")
    named = boxes(
        Presentation(
            str(
                export_deck(
                    {"gaps": chart_gaps(gaps, target_id="Q", about=ABOUT)}, tmp_path / "d.pptx"
                ).path
            )
        )
    )
    chart = named["acc:gaps"].chart
    values = plotted(chart)
    assert [v is None for v in values["Dưới chỉ tiêu (điểm phần trăm)"]] == [False, True, False]
    (silent,) = [v for name, v in values.items() if name.startswith("Tham khảo")]
    assert silent == [None, pytest.approx(-39.5), None]
    (said,) = [text for (_, i), text in labels(chart).items() if i == 1]
    assert said == "chưa kết luận được\n1/2 (50,0%; chưa rõ 1)"
    assert "chưa kết luận được ở tiểu học" in named["acc:gaps:title"].text_frame.text
    (levels,) = natives_of(charts(groups)["cqg"])
    assert levels.categories[1] == "Tiểu học\n1/2 (50,0%; chưa rõ 1)"


def test_a_deck_of_one_ward_says_so_on_every_slide(tmp_path: Path) -> None:
    ward = replace(ABOUT, part_vi="Phường Tứ Hạ", part_en="Phường Tứ Hạ")
    drawn = charts(about=ward)
    named = boxes(Presentation(str(export_deck(drawn, tmp_path / "d.pptx", about=ward).path)))
    assert "Phường Tứ Hạ" in named["acc:deck.cover:subtitle"].text_frame.text
    for name in drawn:
        assert named[f"acc:{name}:title"].text_frame.text.startswith("Phường Tứ Hạ: ")
        assert "Phường Tứ Hạ: " in named[f"acc:{name}:notes"].text_frame.text
        frame = named[f"acc:{name}"]
        assert frame._element.xpath(".//p:cNvPr/@descr")[0].startswith("Phường Tứ Hạ: ")
        words = " ".join(frame.chart.plots[0].categories)
        assert "Toàn ngành" not in words
        assert "Phường Tứ Hạ" in words or name == "targets"


def test_english_decks_are_english_throughout(tmp_path: Path) -> None:
    path = export_deck(charts(lang="en"), tmp_path / "d.pptx", about=ABOUT, lang="en").path
    named = boxes(Presentation(str(path)))
    assert named["acc:kdclgd:tag"].text_frame.text == "Illustrative data"
    words = " ".join(b.text_frame.text for b in named.values() if b.has_text_frame)
    assert not re.search("trường|chỉ tiêu|Nguồn|ghi chú", words)
    assert "Share of schools (%)" in plotted(named["acc:targets"].chart)


def test_what_powerpoint_has_no_chart_for_is_a_picture_and_a_table(tmp_path: Path) -> None:
    chart = charts()["kdclgd"]
    chart.drawing = None
    named = boxes(Presentation(str(export_deck({"a": chart}, tmp_path / "d.pptx").path)))
    picture, table = named["acc:a"], named["acc:a.table"].table
    assert picture._element.xpath(".//p:cNvPr")[0].get("descr") == chart.alt
    assert 0 < picture.crop_top < 0.4 and picture.image.blob == chart.png()
    assert [cell.text for cell in table.rows[0].cells][:2] == ["Nhóm", "Cấp độ 3"]
    assert table.cell(1, 0).text == "Mầm non"


def test_a_table_has_as_many_rows_as_its_slide_has_room_for(tmp_path: Path) -> None:
    figure = Figure(figsize=(6, 3))
    figure.subplots().plot([1, 2])
    words = {
        f"c{i}": [f"Trường Tiểu học và Trung học cơ sở số {n}" for n in range(12)] for i in "abcdef"
    }
    for wide, rows in ((pd.DataFrame({"a": range(12)}), 10), (pd.DataFrame(words), 5)):
        slide = Slide(figure, alt="Tăng.", title="Tăng", table=wide)
        named = boxes(Presentation(str(export_deck({"a": slide}, tmp_path / "d.pptx").path)))
        assert len(named["acc:a.table"].table.rows) == 1 + rows
        assert f"Hiện {rows} trong 12 dòng" in named["acc:a.table:source"].text_frame.text


def test_no_word_of_a_table_of_many_columns_is_broken(tmp_path: Path) -> None:
    figure = Figure(figsize=(6, 3))
    figure.subplots().plot([1, 2])
    heads = ["Khoảng chỉ tiêu", "Số trường (k)", "Tổng số trường (n)", "Số trường còn thiếu"]
    wide = pd.DataFrame({f"{h} {i}": ["Phường Hương Xuân"] for i in range(3) for h in heads})
    slide = Slide(figure, alt="Tăng.", title="Tăng", table=wide)
    named = boxes(Presentation(str(export_deck({"a": slide}, tmp_path / "d.pptx").path)))
    table = named["acc:a.table"].table
    for column, heading in zip(table.columns, table.rows[0].cells, strict=True):
        words = (*heading.text.split(), "Phường", "Hương", "Xuân")
        assert max(width_of(word, 14, bold=True) for word in words) + 14 < column.width.pt


# Many groups, in some of which no number of schools fits a narrow range; long names, many unclear.
MANY: Office = {
    level: [(3, 2, 1), (2, 1, few), ("not_stated", "not_stated", 3)]
    for few, level in enumerate(("MN", "TH", "THCS", "TH&THCS", "THPT", "THCS&THPT", "GDTX"))
}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_words_beside_a_gap_end_before_the_names(lang: str, tmp_path: Path) -> None:
    gaps = compared(office(MANY), "education_level")
    chart = chart_gaps(gaps, about=ABOUT, lang=lang, target_id="K3")
    frame = boxes(Presentation(str(export_deck({"a": chart}, tmp_path / "d.pptx").path)))["acc:a"]
    width = float(frame.chart._chartSpace.xpath(".//c:plotArea/c:layout//c:w/@val")[0])
    half = width * frame.width / Emu(12700) / 2
    told = labels(frame.chart)
    assert any("+" in text for text in told.values())
    for text in told.values():  # letters of 14 points are about half as wide as high
        assert max(len(line) for line in text.split("\n")) * 7 <= half, text


def test_many_names_of_unclear_schools_stand_in_the_notes(tmp_path: Path) -> None:
    schools = office(MANY)
    name = "Trường Tiểu học và Trung học cơ sở Nguyễn Thị Minh Khai số "
    named = schools.assign(school_name=[f"{name}{i}" for i in range(len(schools))])
    chart = chart_gaps(compared(named, "education_level"), about=ABOUT, target_id="Q")
    assert name in chart.remark
    slide = Presentation(str(export_deck({"a": chart}, tmp_path / "d.pptx").path)).slides[1]
    source = boxes(SimpleNamespace(slides=[slide]))["acc:a:source"].text_frame.text
    assert "Minh Khai" not in source and "tùy vào các trường nêu ở phần ghi chú" in source
    assert chart.remark in slide.notes_slide.notes_text_frame.text


def test_the_analysts_own_figure(tmp_path: Path) -> None:
    figure = Figure(figsize=(6, 3))
    figure.subplots().plot([1, 2])
    with pytest.raises(SuiteError) as caught:
        export_deck({"cua-toi": figure}, tmp_path / "d.pptx")
    assert caught.value.key == "slide_no_alt" and "alt=" in caught.value.text("vi")
    with pytest.raises(SuiteError) as caught:
        export_deck({"cua-toi": Slide(figure, alt="Tăng từ 1 đến 2.")}, tmp_path / "d.pptx")
    assert caught.value.key == "slide_no_title" and not list(tmp_path.iterdir())
    table = pd.DataFrame({"Năm": ["2024", "2025"], "Số": [1, 2]})
    slide = Slide(figure, title="Gấp đôi trong một năm", alt="Tăng từ 1 đến 2.", table=table)
    deck = Presentation(str(export_deck({"cua-toi": slide}, tmp_path / "d.pptx").path))
    assert [s.shapes.title.text_frame.text for s in deck.slides] == [
        "Gấp đôi trong một năm",
        "Số liệu: Gấp đôi trong một năm",
    ]


@pytest.mark.parametrize("name", ["", "A b", "../x", "a:b"])
def test_names_that_would_make_trouble_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(SuiteError):
        export_deck({name: charts()["cqg"]}, tmp_path / "d.pptx")
    with pytest.raises(SuiteError) as caught:
        export_deck({}, tmp_path / "d.pptx")
    assert caught.value.key == "deck_nothing"
