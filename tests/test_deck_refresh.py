"""This year's figures in last year's deck: numbers and our words change, nothing else does."""

from __future__ import annotations

import datetime as dt
import io
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.util import Emu, Inches, Pt

from analysis.charts import chart_change, chart_gaps, chart_progress
from analysis.measure import measure_levels
from analysis.reference import SuiteError
from analysis.slides import Slide, export_deck
from analysis.workbooks.parts import pack
from tests.chart_frames import FRAMES, schools
from tests.chart_frames import path as path_of
from tests.charts import ABOUT, compared
from tests.decks import BEFORE, EARLIER, boxes, charts, labels, members, plotted, sheet_of

pytestmark = pytest.mark.slow


@pytest.fixture
def last_year(tmp_path: Path) -> Path:
    return export_deck(charts(EARLIER), tmp_path / "2023.pptx", about=BEFORE).path


def refreshed(previous: Path, slides: Any = None) -> Any:
    path = previous.with_name("2024.pptx")
    return export_deck(slides or charts(), path, about=ABOUT, previous=previous)


def edited(previous: Path, change: Any) -> Path:
    """The deck after a person worked on it."""
    deck = Presentation(str(previous))
    change(deck, boxes(deck))
    deck.save(str(previous))
    return previous


def changes(result: Any) -> dict[tuple[str, str], str]:
    return {(r.slide, r.part): r.change for r in result.changes.itertuples()}


def slide_of(deck: Any, name: str) -> Any:
    return next(s for s in deck.slides if any(b.name == f"acc:{name}" for b in s.shapes))


def test_the_refreshed_deck_says_what_a_new_one_says(last_year: Path, tmp_path: Path) -> None:
    result = refreshed(last_year)
    fresh = boxes(Presentation(str(export_deck(charts(), tmp_path / "n.pptx", about=ABOUT).path)))
    found = boxes(Presentation(str(result.path)))
    assert set(found) == set(fresh)
    for name, box in fresh.items():
        if box.has_text_frame:
            assert found[name].text_frame.text == box.text_frame.text, name
        elif box.has_chart:
            assert plotted(found[name].chart) == plotted(box.chart), name
            assert sheet_of(found[name].chart) == sheet_of(box.chart), name
            assert [*found[name].chart.plots[0].categories] == [*box.chart.plots[0].categories]
            descriptions = [
                b._element.xpath(".//p:cNvPr")[0].get("descr") for b in (found[name], box)
            ]
            assert descriptions[0] == descriptions[1]
    assert not len(result.left) and "cập nhật" in repr(result)


def sizes(named: dict[str, Any], part: str) -> dict[str, int | None]:
    """The size of the letters of each title or subtitle; None: the layout's."""
    found = {}
    for name, box in named.items():
        if name.endswith(f":{part}"):
            size = box.text_frame.paragraphs[0].runs[0].font.size
            found[name] = None if size is None else round(size.pt)
    return found


def longer(slides: dict[str, Any], words: str) -> dict[str, Any]:
    for chart in slides.values():
        chart.headline = f"{chart.headline}{words}"
    return slides


def test_the_size_of_a_title_is_fitted_anew(tmp_path: Path) -> None:
    words = (
        "; và còn những trường khác mà năm nay phải xem lại cho kỹ trước khi đăng ký đánh giá" * 2
    )
    short = export_deck(charts(), tmp_path / "1.pptx").path
    long = export_deck(longer(charts(), words), tmp_path / "2.pptx").path
    grown = export_deck(longer(charts(), words), tmp_path / "3.pptx", previous=short).path
    shrunk = export_deck(charts(), tmp_path / "4.pptx", previous=long).path
    for fresh, made in ((long, grown), (short, shrunk)):
        wanted, found = (sizes(boxes(Presentation(str(path))), "title") for path in (fresh, made))
        assert {name: size or 26 for name, size in found.items() if "cover" not in name} == {
            name: size or 26 for name, size in wanted.items() if "cover" not in name
        }
    assert min(size or 26 for size in sizes(boxes(Presentation(str(grown))), "title").values()) < 20


def test_a_size_that_a_person_chose_stays(last_year: Path) -> None:
    def work(deck: Any, named: dict[str, Any]) -> None:
        named["acc:kdclgd:title"].text_frame.paragraphs[0].runs[0].font.size = Pt(31)

    found = boxes(Presentation(str(refreshed(edited(last_year, work)).path)))
    title = found["acc:kdclgd:title"].text_frame
    assert title.text == charts()["kdclgd"].headline
    assert title.paragraphs[0].runs[0].font.size == Pt(31)


def test_labels_that_are_words_are_refreshed_and_keep_their_look(last_year: Path) -> None:
    def work(deck: Any, named: dict[str, Any]) -> None:
        space = named["acc:gaps"].chart._chartSpace
        space.xpath("//c:dLbl[1]/c:tx//a:p[1]//a:rPr")[0].set("i", "1")

    result = refreshed(edited(last_year, work))
    found = boxes(Presentation(str(result.path)))["acc:gaps"].chart
    fresh = export_deck(charts(), last_year.with_name("n.pptx"), about=ABOUT).path
    assert labels(found) == labels(boxes(Presentation(str(fresh)))["acc:gaps"].chart)
    assert found._chartSpace.xpath("//c:dLbl[1]/c:tx//a:p[1]//a:rPr/@i") == ["1"]
    assert not len(result.left)


def test_charts_that_a_person_restyled_are_refreshed_in_their_own_look(tmp_path: Path) -> None:
    """Scales, strokes and series named for their year follow the numbers; the look stays."""

    def shown(year: str, count: int) -> dict[str, Any]:
        about = replace(ABOUT, school_year=year, as_of=dt.date(int(year[-4:]), 5, 31))
        table = schools(count, years=("2021-2022", year))
        levels = measure_levels(table, scheme="cqg", by="education_level")
        gaps = compared(table, "education_level")
        return {
            "change": chart_change(levels, about=about),
            "progress": chart_progress(gaps, target_id="Q", about=about),
            "gaps": chart_gaps(gaps, target_id="Q", about=about),
            "bridge": FRAMES["bridge"](start=count),
        }

    def work(deck: Any, named: dict[str, Any]) -> None:
        for name in ("change", "progress", "gaps", "bridge"):
            for look in named[f"acc:{name}"].chart._chartSpace.xpath("//c:catAx//a:defRPr"):
                look.set("i", "1")

    old, new = shown("2023-2024", 30), shown("2024-2025", 50)
    path = export_deck(old, tmp_path / "1.pptx").path
    result = export_deck(new, tmp_path / "2.pptx", previous=edited(path, work))
    fresh = boxes(Presentation(str(export_deck(new, tmp_path / "3.pptx").path)))
    found = boxes(Presentation(str(result.path)))
    for name in new:
        made, wanted = found[f"acc:{name}"].chart, fresh[f"acc:{name}"].chart
        assert plotted(made) == plotted(wanted) and labels(made) == labels(wanted), name
        for part in ("valAx//c:max/@val", "errBars//c:v/text()", "legendEntry/c:idx/@val"):
            pair = [chart._chartSpace.xpath(f"//c:{part}") for chart in (made, wanted)]
            assert pair[0] == pair[1], (name, part)
        assert len([*made.plots]) == len([*wanted.plots])
        assert set(made._chartSpace.xpath("//c:catAx//a:defRPr/@i")) == {"1"}
    assert not len(result.left)


def test_a_label_that_a_person_wrote_stays_with_its_slide(last_year: Path) -> None:
    def work(deck: Any, named: dict[str, Any]) -> None:
        space = named["acc:gaps"].chart._chartSpace
        space.xpath("//c:dLbl[1]/c:tx//a:t")[0].text = "xem phụ lục"

    result = refreshed(edited(last_year, work))
    chart = boxes(Presentation(str(result.path)))["acc:gaps"].chart
    assert "xem phụ lục" in " ".join(labels(chart).values())
    assert changes(result)["gaps", "body"] == "edited" == changes(result)["gaps", "title"]


def test_several_charts_of_a_slide_are_refreshed_each(tmp_path: Path) -> None:
    old = export_deck({"a": path_of(count=30)}, tmp_path / "1.pptx").path
    result = export_deck({"a": path_of()}, tmp_path / "2.pptx", previous=old)
    fresh = boxes(Presentation(str(export_deck({"a": path_of()}, tmp_path / "3.pptx").path)))
    found = boxes(Presentation(str(result.path)))
    assert len([name for name in found if name.startswith("acc:a:body")]) == 4
    for name, box in fresh.items():
        if box.has_chart:
            assert plotted(found[name].chart) == plotted(box.chart)
            assert sheet_of(found[name].chart) == sheet_of(box.chart)
            assert labels(found[name].chart) == labels(box.chart)
            described = [b._element.xpath(".//p:cNvPr/@descr")[0] for b in (found[name], box)]
            assert described[0] == described[1]
    assert not len(result.left)
    fewer = export_deck({"a": path_of(levels=("MN", "TH"))}, tmp_path / "4.pptx", previous=old)
    assert changes(fewer)["a", "body"] == "other_kind", "what fits no chart that stands is told"


def test_a_second_refresh_with_the_same_figures_changes_nothing(last_year: Path) -> None:
    once = refreshed(last_year)
    again = export_deck(charts(), last_year.with_name("2.pptx"), about=ABOUT, previous=once.path)
    assert once.path.read_bytes() == again.path.read_bytes()
    assert set(again.changes["change"]) == {"same"}


def test_a_new_level_takes_its_own_colour_and_the_others_keep_theirs(last_year: Path) -> None:
    before = boxes(Presentation(str(last_year)))["acc:kdclgd"].chart.plots[0].series
    after = boxes(Presentation(str(refreshed(last_year).path)))["acc:kdclgd"].chart.plots[0].series
    assert "Cấp độ 3" not in [s.name for s in before]
    fills = {s.name: str(s.format.fill.fore_color.rgb) for s in after if s.name.startswith("Cấp")}
    assert fills == {"Cấp độ 3": "12436D", "Cấp độ 2": "2073BC", "Cấp độ 1": "6BACE6"}


def test_what_was_not_touched_stays_byte_for_byte(last_year: Path) -> None:
    def work(deck: Any, named: dict[str, Any]) -> None:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text_frame.text = "Kế hoạch năm tới"
        note = slide.shapes.add_textbox(0, 0, Inches(2), Inches(1))
        note.text_frame.text = "Do người viết"

    edited(last_year, work)
    before, after = members(last_year), members(refreshed(last_year).path)
    assert list(before) == list(after)
    changed = {name for name in before if before[name] != after[name]}
    allowed = ("ppt/slides/slide", "ppt/charts/chart", "ppt/embeddings/", "ppt/notesSlides/")
    assert all(name.startswith((*allowed, "customXml/")) for name in changed), changed
    assert "ppt/slides/slide6.xml" not in changed, "the person's own slide"
    assert not any(name.endswith(".rels") for name in changed)
    assert sum(name.startswith("ppt/charts/") for name in changed) == 4


def test_what_a_person_wrote_moved_and_restyled_stays(last_year: Path) -> None:
    def work(deck: Any, named: dict[str, Any]) -> None:
        named["acc:kdclgd:title"].text_frame.text = "Tiêu đề của tôi"
        frame = named["acc:cqg"]
        frame.left, frame.width = Emu(111111), Emu(5000000)
        series = frame.chart.plots[0].series[0]
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = RGBColor(1, 2, 3)
        series.data_labels.number_format = '0" trường"'
        run = named["acc:cqg:title"].text_frame.paragraphs[0].runs[0]
        run.font.italic = True

    result = refreshed(edited(last_year, work))
    found, told = boxes(Presentation(str(result.path))), changes(result)
    assert found["acc:kdclgd:title"].text_frame.text == "Tiêu đề của tôi"
    assert told["kdclgd", "title"] == "edited" and told["kdclgd", "body"] == "refreshed"
    frame = found["acc:cqg"]
    assert (frame.left, frame.width) == (111111, 5000000)
    assert frame.chart.plots[0].series[0].name == "Mức độ 2", "new, so another one was first then"
    by_name = {s.name: s for s in frame.chart.plots[0].series}
    assert str(by_name["Mức độ 1"].format.fill.fore_color.rgb) == "010203"
    assert by_name["Mức độ 1"].data_labels.number_format == '0" trường"'
    title = found["acc:cqg:title"].text_frame
    assert title.text == charts()["cqg"].headline and title.paragraphs[0].runs[0].font.italic
    assert list(result.left["change"]) == ["edited"] and "đã có người sửa" in repr(result)


def test_a_copied_box_and_a_series_on_another_axis_are_refreshed_where_they_are(
    last_year: Path,
) -> None:
    def work(deck: Any, named: dict[str, Any]) -> None:
        title = named["acc:kdclgd:title"]._element
        title.getparent().append(deepcopy(title))
        bars = named["acc:kdclgd"].chart._chartSpace.xpath("//c:barChart")[0]
        other = deepcopy(bars)
        for series in bars.xpath("./c:ser[position()=1]"):
            bars.remove(series)
        for series in other.xpath("./c:ser[position()>1]"):
            other.remove(series)
        bars.addnext(other)

    result = refreshed(edited(last_year, work))
    slide = slide_of(Presentation(str(result.path)), "kdclgd")
    texts = [s.text_frame.text for s in slide.shapes if s.name == "acc:kdclgd:title"]
    assert texts == [charts()["kdclgd"].headline] * 2
    first, second = boxes(Presentation(str(result.path)))["acc:kdclgd"].chart.plots
    assert [s.name for s in second.series] == ["Cấp độ 2"] and len(first.series) == 4
    assert list(second.series[0].values) == [7, 13, 7, 1, 28]


def test_a_slide_whose_numbers_were_edited_is_left_whole(last_year: Path) -> None:
    def work(deck: Any, named: dict[str, Any]) -> None:
        for point in named["acc:kdclgd"].chart._chartSpace.xpath("//c:ser[1]//c:val//c:pt/c:v")[:1]:
            point.text = "99"

    edited(last_year, work)
    before = boxes(Presentation(str(last_year)))["acc:kdclgd:title"].text_frame.text
    result = refreshed(last_year)
    found = boxes(Presentation(str(result.path)))
    assert plotted(found["acc:kdclgd"].chart)["Cấp độ 2"][0] == 99
    assert found["acc:kdclgd:title"].text_frame.text == before
    assert changes(result)["kdclgd", "title"] == "edited"


def test_what_a_person_removed_is_not_brought_back(last_year: Path) -> None:
    def work(deck: Any, named: dict[str, Any]) -> None:
        for name in ("acc:kdclgd", "acc:kdclgd:subtitle"):
            named[name]._element.getparent().remove(named[name]._element)
        gone = slide_of(deck, "gaps")
        entry = next(e for e in deck.slides._sldIdLst if deck.part.related_part(e.rId) == gone.part)
        deck.part.drop_rel(entry.rId)
        deck.slides._sldIdLst.remove(entry)

    result = refreshed(edited(last_year, work))
    deck, told = Presentation(str(result.path)), changes(result)
    assert not {"acc:kdclgd", "acc:kdclgd:subtitle", "acc:gaps"} & set(boxes(deck))
    assert told["gaps", "slide"] == "removed" and len(deck.slides) == 4


def test_new_messages_come_at_the_end_and_are_refreshed_next_time(last_year: Path) -> None:
    slides = charts()
    slides["moi"] = charts()["gaps"]
    result = refreshed(last_year, slides)
    deck = Presentation(str(result.path))
    assert changes(result)["moi", "slide"] == "added" and len(deck.slides) == 6
    last = deck.slides[5]
    assert last.shapes.title.text_frame.text == slides["moi"].headline
    assert last.slide_layout.name == "message" and last.has_notes_slide
    assert plotted(boxes(deck)["acc:moi"].chart) == plotted(boxes(deck)["acc:gaps"].chart)
    again = charts(EARLIER)
    again["moi"] = charts(EARLIER)["gaps"]
    third = export_deck(again, last_year.with_name("3.pptx"), about=BEFORE, previous=result.path)
    assert changes(third)["moi", "body"] == "refreshed"


def test_a_workbook_a_person_worked_in_keeps_the_rest(last_year: Path) -> None:
    def work(deck: Any, named: dict[str, Any]) -> None:
        part = named["acc:gaps"].chart.part.chart_workbook.xlsx_part
        book = load_workbook(io.BytesIO(part.blob))
        book.worksheets[0]["Z1"] = "ghi chú tay"
        book.create_sheet("riêng")["A1"] = 5
        stream = io.BytesIO()
        book.save(stream)
        part._blob = stream.getvalue()

    result = refreshed(edited(last_year, work))
    chart = boxes(Presentation(str(result.path)))["acc:gaps"].chart
    book = load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
    assert book.worksheets[0]["Z1"].value == "ghi chú tay" and book["riêng"]["A1"].value == 5
    values = [series[0] for series in plotted(chart).values()]
    assert sheet_of(chart)[1][1 : 1 + len(values)] == pytest.approx(values)


def test_pictures_and_tables_are_refreshed_too(tmp_path: Path) -> None:
    def shown(groups: Any) -> dict[str, Any]:
        chart = charts(groups)["kdclgd"]
        chart.drawing = None
        return {"a": chart}

    old = export_deck(shown(EARLIER), tmp_path / "1.pptx", about=BEFORE).path
    new = shown(charts.__defaults__[0])  # type: ignore[index]
    result = export_deck(new, tmp_path / "2.pptx", about=ABOUT, previous=old)
    found = boxes(Presentation(str(result.path)))
    fresh = boxes(Presentation(str(export_deck(new, tmp_path / "3.pptx", about=ABOUT).path)))
    assert found["acc:a"].image.blob == new["a"].png()
    cells = [
        [[c.text for c in r.cells] for r in b["acc:a.table"].table.rows] for b in (found, fresh)
    ]
    assert cells[0] == cells[1] and len(cells[0][0]) > 4
    assert not len(result.left)


def test_a_deck_that_lost_our_record_is_refreshed_in_its_charts_only(last_year: Path) -> None:
    def work(deck: Any, named: dict[str, Any]) -> None:
        for arrow, relation in list(deck.part.rels.items()):
            if relation.reltype.endswith("/customXml"):
                deck.part.rels.pop(arrow)

    result = refreshed(edited(last_year, work))
    told = changes(result)
    assert {told[name, "body"] for name in charts()} == {"refreshed"}
    assert {told[name, "title"] for name in charts()} == {"no_record"}
    assert told["deck.cover", "title"] == "same"


@pytest.mark.parametrize("content", [b"", b"no archive", pack([("../ppt/x.xml", b"")]), None])
def test_a_file_that_is_no_deck_is_named(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "cu.pptx"
    if content is None:
        Workbook().save(path)
    else:
        path.write_bytes(content)
    with pytest.raises(SuiteError) as caught:
        refreshed(path)
    assert caught.value.key == "deck_unreadable" and "cu.pptx" in caught.value.text("vi")
    with pytest.raises(SuiteError):
        refreshed(tmp_path / "absent.pptx")


def test_slides_of_ones_own_are_refreshed(tmp_path: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4, 3))
    first = export_deck({"a": Slide(figure, "Một", "Hình một.")}, tmp_path / "1.pptx").path
    result = export_deck(
        {"a": Slide(figure, "Hai", "Hình hai.")}, tmp_path / "2.pptx", previous=first
    )
    assert boxes(Presentation(str(result.path)))["acc:a:title"].text_frame.text == "Hai"
