"""Lists with longitude and latitude become points: AED, 介護, 医療 of the old and the new standard."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
import shapely

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.exchange.layers.reader import describe_layer_file, read_layer_file
from kurume_bousai.services.ports.layer_files import LayerFile, OwnMapping, ParsedLayer

OLD_AED = (
    "都道府県コード又は市区町村コード,NO,都道府県名,市区町村名,名称,名称_カナ,住所,方書,緯度,経度,設置位置,電話番号,"
    "内線番号,法人番号,団体名,利用可能曜日,開始時間,終了時間,利用可能日時特記事項,小児対応設備の有無,URL,備考"
)
NEW_AED = (
    "全国地方公共団体コード,ID,地方公共団体名,名称,名称_カナ,名称_英字,所在地_連結表記,緯度,経度,高度の種別,高度の値,"
    "設置位置,利用可能曜日,開始時間,終了時間,小児対応設備の有無,画像,備考"
)
CARE = "都道府県コード又は市区町村コード,NO,介護サービス事業所名称,実施サービス,住所,緯度,経度,定員"
MEDICAL = "都道府県コード又は市区町村コード,NO,名称,医療機関の種類,住所,緯度,経度,診療科目,病床数"


def write(folder: Path, *lines: str, encoding: str = "cp932", name: str = "x.csv") -> Path:
    path = folder / name
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def only(file: LayerFile) -> ParsedLayer:
    (layer,) = file.layers
    return layer


def told(file: LayerFile, words: str) -> bool:
    return any(words in warning for warning in file.warnings)


def place(layer: ParsedLayer, index: int = 0) -> tuple[float, float]:
    point = shapely.from_wkb(layer.features[index].wkb)
    return float(shapely.get_x(point)), float(shapely.get_y(point))


def test_aed_of_the_old_and_the_new_standard(tmp_path: Path) -> None:
    old = (
        "402036,1,福岡県,久留米市,架空公民館,カクウ,架空町9999-12,,33.30,130.50,玄関,0942-00-0001,"
        ",,,平日,9:00,17:00,,有,,"
    )
    layer = only(file := read_layer_file(write(tmp_path, OLD_AED, old)))
    assert (layer.dataset, layer.kind, place(layer)) == ("AED", "aed", (130.50, 33.30))
    assert layer.features[0].attributes["spot"] == "玄関"
    assert layer.features[0].attributes["child"] == "有"
    assert layer.source.encoding == "CP932(Shift_JIS)"
    assert told(file, "世界測地系")
    assert told(file, "曜日と時間に限り")
    new = "402036,A1,久留米市,架空小学校,カクウ,,架空町9999-13,33.31,130.51,,,昇降口,平日,,,無,,"
    layer = only(read_layer_file(write(tmp_path, NEW_AED, new, encoding="utf-8-sig")))
    assert (layer.features[0].attributes["name"], layer.features[0].attributes["place"]) == (
        "架空小学校",
        "架空町9999-13",
    )


def test_care_and_medical_lists(tmp_path: Path) -> None:
    rows = ("402036,1,架空園,特別養護老人ホーム,架空町9999,33.30,130.50,約５０人",)
    layer = only(file := read_layer_file(write(tmp_path, CARE, *rows)))
    assert (layer.dataset, layer.kind) == ("KAIGO", "care_facility")
    assert layer.features[0].attributes["capacity"] == "約５０人"  # as it is written, never computed with
    assert told(file, "福祉避難所の一覧ではありません")
    kinds = tuple(
        f"402036,{number},架空{kind},{kind},架空町9999,33.30,130.5{number},内科;外科,20"
        for number, kind in enumerate(("病院", "診療所", "歯科", "一般診療所", "整骨院"), 1)
    )
    layer = only(file := read_layer_file(write(tmp_path, MEDICAL, *kinds)))
    assert [feature.value for feature in layer.features] == [1, 2, 3, 2, None]
    assert told(file, "整骨院(1件)")


def test_rows_without_a_place_are_named_by_their_line(tmp_path: Path) -> None:
    rows = (
        "402036,1,架空甲,病院,架空町9999,33.30,130.50,,",
        "402036,2,架空乙,病院,架空町9999,,,,",
        "",
        "402036,3,架空丙,病院,架空町9999,北緯33度,東経130度,,",
        "402036,4,架空丁,病院,架空町9999,130.51,33.31,,",
        "402036,5,架空戊,病院,架空町9999,0,0,,",
    )
    layer = only(file := read_layer_file(write(tmp_path, MEDICAL, *rows)))
    assert layer.read == 5
    assert layer.left_out == {"緯度・経度がないか、数ではない": 2, "座標の値が日本の外にある": 1}
    assert layer.left_out_names["緯度・経度がないか、数ではない"] == ("架空乙(3行目)", "架空丙(5行目)")
    assert place(layer, 1) == (130.51, 33.31)
    assert told(file, "緯度と経度が入れかわっている図形が1件")


def test_full_width_numbers_and_odd_headings(tmp_path: Path) -> None:
    header = MEDICAL.replace("緯度", " 緯 度 ").replace("経度", "経度（世界測地系）")
    row = "402036,1,架空,病院,架空町9999,３３．３０,１３０．５０,,"
    assert place(only(read_layer_file(write(tmp_path, header, row)))) == (130.50, 33.30)


def test_seven_columns_without_headings_are_told_and_a_person_says_what_they_are(tmp_path: Path) -> None:
    rows = (
        "1,架空公民館,久留米市架空町9999-12,0942-00-0001,33.301,130.501,玄関",
        "2,架空小学校,久留米市架空町9999-13,0942-00-0002,33.302,130.502,昇降口",
        "3,架空センター,久留米市架空町9999-14,0942-00-0003,33.303,130.503,",
    )
    path = write(tmp_path, *rows)
    with pytest.raises(KnownProblem, match="layer_unknown"):
        read_layer_file(path)
    layer = only(file := read_layer_file(path, kind="AED"))
    assert layer.read == 3
    assert [feature.attributes["name"] for feature in layer.features] == [
        "架空公民館",
        "架空小学校",
        "架空センター",
    ]
    assert layer.features[0].attributes["place"] == "久留米市架空町9999-12"
    assert told(file, "見出しのない7列の表です。6列目を経度、5列目を緯度、3列目を住所、2列目を名称")
    shapes = describe_layer_file(path)
    assert shapes.counts == {"point": 3}
    assert {"名称", "住所", "列7"} <= {column.name for column in shapes.columns}


def test_a_list_without_places_says_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(KnownProblem, match="layer_no_points") as caught:
        read_layer_file(write(tmp_path, "名称,住所", "架空,架空町9999"))
    assert "名称" in caught.value.message
    assert "緯度" in caught.value.advice


def test_an_excel_book_is_a_list_and_not_a_zip(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    first = ["402036", 1, "福岡県", "久留米市", "架空公民館", "", "", "", 33.3, 130.5, "玄関"]
    for row in (["AEDの一覧"], OLD_AED.split(","), first):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    path = tmp_path / "x.xlsx"
    path.write_bytes(out.getvalue())
    assert only(read_layer_file(path)).dataset == "AED"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("名称,災害種別_洪水,緯度,経度", "layer_is_shelters"),
        ("NO,共通ID,施設・場所名,緯度,経度", "layer_is_shelters"),
        ("都道府県名,市区町村名,大字・丁目名,緯度,経度", "layer_is_gazetteer"),
    ],
)
def test_lists_that_have_their_own_import_say_which(tmp_path: Path, header: str, code: str) -> None:
    cells = ["x"] * (header.count(",") - 1)
    with pytest.raises(KnownProblem, match=code) as caught:
        read_layer_file(write(tmp_path, header, ",".join([*cells, "33.3", "130.5"])))
    assert "import" in caught.value.advice


def test_a_list_with_other_columns_is_never_taken_for_a_known_one(tmp_path: Path) -> None:
    path = write(tmp_path, "名称,種別,設置場所,緯度,経度", "架空,防犯カメラ,電柱,33.3,130.5")
    with pytest.raises(KnownProblem, match="layer_unknown"):
        read_layer_file(path)


def test_ones_own_list_keeps_only_the_chosen_columns(tmp_path: Path) -> None:
    rows = [f"架空{n},秘密{n},{n},33.3{n},130.5{n}" for n in range(1, 6)]
    path = write(tmp_path, "場所,電話,深さ,緯度,経度", *rows)
    own = OwnMapping("冠水の記録", "架空協議会", "庁内だけ", "point", "場所", "深さ")
    layer = only(read_layer_file(path, own=own))
    assert (layer.dataset, layer.kind, layer.title) == ("other", "other", "冠水の記録")
    assert (layer.source.attribution, layer.source.licence) == ("架空協議会", "庁内だけ")
    assert [feature.attributes for feature in layer.features][:2] == [
        {"name": "架空1", "value": 1, "class": "1"},
        {"name": "架空2", "value": 2, "class": "2"},
    ]
    assert "秘密" not in str(layer.features)
    assert [feature.value for feature in layer.features] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("own", "code"),
    [
        (OwnMapping(" "), "layer_no_title"),
        (OwnMapping("a", label="ない列"), "layer_column"),
        (OwnMapping("a", geometry="circle"), "layer_geometry"),
    ],
)
def test_a_mapping_that_does_not_fit(tmp_path: Path, own: OwnMapping, code: str) -> None:
    with pytest.raises(KnownProblem, match=code):
        read_layer_file(write(tmp_path, "場所,緯度,経度", "架空,33.3,130.5"), own=own)
