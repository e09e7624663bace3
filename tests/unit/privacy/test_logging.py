import logging

import structlog

from assistant.privacy.logging import MaskingProcessor


def test_every_value_of_an_event_is_redacted() -> None:
    event = MaskingProcessor(["王小明"])(
        None,
        "info",
        {
            "event": "王小明登录",
            "phone": 13800138000,
            "nested": {"13800138000": ["330106199001011234", b"a@example.com"]},
            "count": 3,
            "share": 0.5,
            "at": None,
            "error": ValueError("卡6222020200012345678不存在"),
        },
    )
    assert event == {
        "event": "〔客户姓名〕登录",
        "phone": "〔电话号码〕",
        "nested": {"〔电话号码〕": ["〔证件号〕", "〔邮箱〕"]},
        "count": 3,
        "share": 0.5,
        "at": None,
        "error": "卡〔银行卡号〕不存在",
    }


def test_it_works_inside_structlog() -> None:
    capture = structlog.testing.LogCapture()
    logger = structlog.wrap_logger(
        logging.getLogger("masking"), processors=[MaskingProcessor(), capture], wrapper_class=structlog.BoundLogger
    )
    logger.info("来电13800138000")
    assert capture.entries == [{"event": "来电〔电话号码〕", "log_level": "info"}]
