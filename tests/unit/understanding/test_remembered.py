"""What was read of a text is kept, of a long one it is not."""

from assistant.understanding.text import remembered


def test_a_text_is_read_once_and_a_long_one_each_time() -> None:
    read: list[str] = []

    @remembered
    def length(text: str) -> int:
        read.append(text)
        return len(text)

    assert [length("客户") for _ in range(3)] == [2, 2, 2]
    assert read == ["客户"]
    long = "长" * 2001
    assert length(long) == length(long) == 2001
    assert len(read) == 3
