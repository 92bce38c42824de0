"""The text to copy as it is seen and heard (AME-10, HRD-94)."""

from __future__ import annotations

import io
import wave
from itertools import pairwise
from pathlib import Path

import pytest
from captcha.audio import AudioCaptcha, create_silence
from PIL import Image

from simulator.text_to_copy import picture_of, silence, sound_of

VOICES = Path(__file__).parents[1] / "text_to_copy" / "voices"
RATE = 8_000
# The voices are louder than the beeps; between two digits there is a second at least.
LOUD, PAUSE = 60, RATE // 2


def test_each_picture_is_drawn_anew() -> None:
    """Two pictures of one text differ, are of one size, and have ink on paper."""
    first, second = picture_of("402917"), picture_of("402917")
    images = [Image.open(io.BytesIO(content)) for content in (first, second)]
    assert first != second
    assert images[0].size == images[1].size == (480, 140)
    assert all(any(image.convert("L").histogram()[:100]) for image in images)


@pytest.fixture
def without_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    """No voices in the background: how loud they are is drawn by lot."""
    monkeypatch.setattr(AudioCaptcha, "create_background_noise", lambda _, length, __: create_silence(length))


@pytest.mark.usefixtures("without_noise")
def test_the_sound_says_as_many_digits_as_the_text_has() -> None:
    """Six digits are six spoken parts; every digit has a recording by two voices."""
    for text in ("402917", "835160", "000000"):
        assert len(_spoken(_samples(sound_of(text)))) == len(text)
    assert {(voice.parent.name, voice.stem) for voice in VOICES.glob("*/*.wav")} == {(digit, one) for digit in "0123456789" for one in "ab"}


@pytest.mark.usefixtures("without_noise")
def test_a_sound_leaves_time_between_its_digits() -> None:
    """A second at least between two digits, to type one before the next comes; all of it is over in half a minute."""
    parts = _spoken(_samples(sound_of("835160")))
    assert all(later[0] - earlier[1] >= RATE * 0.8 for earlier, later in pairwise(parts))
    assert len(_samples(sound_of("835160"))) < 30 * RATE


def test_silence_says_nothing() -> None:
    """The sound of a portal that errs on purpose has no loud part."""
    assert _spoken(_samples(silence())) == []


def _samples(sound: bytes) -> bytes:
    with wave.open(io.BytesIO(sound)) as opened:
        samples: bytes = opened.readframes(opened.getnframes())
    return samples


def _spoken(samples: bytes) -> list[tuple[int, int]]:
    """Where somebody speaks, which is louder than the beeps: from the first loud sample to the last one before a pause."""
    loud = [place for place, sample in enumerate(samples) if abs(sample - 128) > LOUD]
    parts: list[tuple[int, int]] = []
    for place in loud:
        if parts and place - parts[-1][1] < PAUSE:
            parts[-1] = (parts[-1][0], place)
        else:
            parts.append((place, place))
    return parts
