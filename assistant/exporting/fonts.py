"""Chinese fonts of this machine, found where its font configuration says they are."""

from collections.abc import Sequence
from dataclasses import dataclass

import typst

from assistant.errors import Unavailable

NO_FONT = (
    "这台机器没有可用的中文字体，无法生成带中文排版的文件。请管理员安装 Noto CJK 字体后重试："
    "Debian、Ubuntu 安装 fonts-noto-cjk，Fedora、RHEL 安装 google-noto-sans-cjk-fonts，Alpine 安装 font-noto-cjk；"
    "也可以安装思源宋体、思源黑体或者文泉驿字体。安装后重新启动本服务。"
)

_SERIF = (
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Source Han Serif CN",
    "Noto Serif SC",
    "Songti SC",
    "STSong",
    "SimSun",
    "NSimSun",
    "FandolSong",
    "AR PL UMing CN",
)
_SANS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Noto Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "SimHei",
    "Heiti SC",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "FandolHei",
    "Droid Sans Fallback",
)
_REGULAR = 400


@dataclass(frozen=True, slots=True)
class FontFile:
    """Where a face is: ``index`` within a collection."""

    path: str
    index: int


@dataclass(frozen=True, slots=True)
class ChineseFonts:
    """The families that letters are set in, and the file that charts take their letters from."""

    found: typst.Fonts
    serif: str
    sans: str
    sans_file: FontFile


def find_chinese_fonts(fonts: typst.Fonts | None = None) -> ChineseFonts:
    """The best that this machine has; one kind stands in for the other. ``Unavailable`` without any."""
    found = fonts or typst.Fonts(include_system_fonts=True, include_embedded_fonts=True)
    known = set(found.families())
    serif, sans = _first(_SERIF, known), _first(_SANS, known)
    chosen_sans = sans or serif
    if chosen_sans is None:
        raise Unavailable(NO_FONT)
    return ChineseFonts(found, serif or chosen_sans, chosen_sans, _file_of(chosen_sans, found))


def _first(wanted: Sequence[str], known: set[str]) -> str | None:
    return next((name for name in wanted if name in known), None)


def _file_of(family: str, fonts: typst.Fonts) -> FontFile:
    faces = [face for face in fonts.fonts() if face.family == family and face.path is not None]
    if not faces:
        raise Unavailable(NO_FONT)
    face = min(faces, key=lambda face: (face.style != "normal", abs(face.weight - _REGULAR)))
    return FontFile(str(face.path), face.index)
