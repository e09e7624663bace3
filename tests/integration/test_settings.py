"""Settings refuse what is wrong, by the variable's name, and a default secret outside demo mode."""

from pathlib import Path

import pytest

from assistant.errors import Invalid
from assistant.settings import Mode, Settings


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty folder, so that no .env of the checkout is read."""
    monkeypatch.chdir(tmp_path)


def test_without_settings_it_is_an_offline_demo() -> None:
    settings = Settings.load()
    assert settings.mode is Mode.DEMO
    assert not settings.language_model.configured
    assert settings.storage.url.startswith("sqlite")


_WRONG = {
    "unknown group": ("YICE_SERVRE__PORT", "8600"),
    "unknown key": ("YICE_SERVER__PROT", "8600"),
    "out of range": ("YICE_SERVER__PORT", "99999"),
    "short secret": ("YICE_SERVER__SECRET", "too short"),
    "unknown mode": ("YICE_MODE", "staging"),
    "half a model": ("YICE_LANGUAGE_MODEL__BASE_URL", "http://127.0.0.1:1/v1"),
    "keeps more than it takes": ("YICE_RETRIEVAL__PASSAGES", "500"),
    "laxer than a firm may be": ("YICE_SUITABILITY__ASSESSMENT_VALID_MONTHS", "36"),
}


@pytest.mark.parametrize(("variable", "value"), _WRONG.values(), ids=_WRONG)
def test_a_wrong_setting_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(Invalid, match=r"YICE_\w+"):
        Settings.load()


def test_production_needs_a_secret_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YICE_MODE", "production")
    with pytest.raises(Invalid, match="secret"):
        Settings.load()
    monkeypatch.setenv("YICE_SERVER__SECRET", "a secret of this firm, and long enough")
    assert Settings.load().mode is Mode.PRODUCTION


def test_a_mistake_does_not_show_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YICE_SERVER__SECRET", "hush-hush")
    with pytest.raises(Invalid) as refused:
        Settings.load()
    assert "hush-hush" not in refused.value.message


def test_a_file_is_read_and_a_wrong_key_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("YICE_SERVER__PORT=8700\n", encoding="utf-8")
    assert Settings.load().server.port == 8700
    (tmp_path / ".env").write_text("YICE_SERVER__PROT=8700\n", encoding="utf-8")
    with pytest.raises(Invalid, match="PROT"):
        Settings.load()


def test_the_shipped_example_names_every_setting_and_is_accepted(tmp_path: Path) -> None:
    example = Path(__file__).parents[2] / ".env.example"
    lines = [line.removeprefix("# ") for line in example.read_text(encoding="utf-8").splitlines() if "=" in line]
    filled = [line for line in lines if not line.endswith("=") and "(secret)" not in line]
    assert len(filled) > 20
    (tmp_path / ".env").write_text("\n".join(filled) + "\n", encoding="utf-8")
    assert Settings.load() == Settings()
