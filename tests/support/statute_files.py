"""A small statute in two versions, as plain text that a keeper would upload."""

from datetime import date

TITLE = "测试市临柜服务办法"

FIRST = f"""{TITLE}

（2026年3月1日测试市金融局发布 自2026年5月1日起施行）

第一章 总则

第一条 为了规范临柜服务，保护投资者合法权益，制定本办法。

第二条 证券营业部办理临柜业务，适用本办法。

第二章 服务要求

第三条 营业部应当在客户到达后三十分钟内受理，并告知下列事项：
（一）办理所需材料；
（二）预计办结时间；
（三）投诉电话。

第五条 违反本办法的，由市金融局责令改正。
"""
"""Its fourth article is missing."""

SECOND = f"""{TITLE}

（2026年11月1日测试市金融局修订发布 自2026年12月1日起施行）

第一章 总则

第一条 为了规范临柜服务，保护投资者合法权益，制定本办法。

第二条 证券营业部办理临柜业务，适用本办法。

第三条 营业部不得以未预约为由拒绝受理老年客户的临柜申请。

第二章 服务要求

第四条 营业部应当在客户到达后十五分钟内受理，并告知下列事项：
（一）办理所需材料；
（二）预计办结时间；
（三）投诉电话。

第五条 违反本办法的，由市金融局责令改正。
"""


def in_force_from(text: str, day: date) -> bytes:
    """The statute as one that enters into force on another day."""
    wanted = f"{day.year}年{day.month}月{day.day}日"
    return text.replace("2026年5月1日", wanted).replace("2026年12月1日", wanted).encode()
