"""The text to copy, as a picture and as a sound of the same digits (AME-10).

The digits were spoken in French by espeak-ng (`-v fr+f2` and `-v fr+m3`) and are kept here as 8-bit mono at 8 kHz, so that nothing has
to be installed, or fetched, for a portal to speak.
"""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path

from captcha.audio import AudioCaptcha, create_silence, patch_wave_header
from captcha.image import ImageCaptcha

# Twice the size that it is shown in: sharp on fine screens, and when it is enlarged.
_WIDTH, _HEIGHT = 480, 140
_FONT_SIZES = (84, 92, 100)
_INK, _PAPER = (11, 60, 70), (255, 255, 255)
_VOICES = Path(__file__).parent / "voices"
_SILENT = 80_000
# Neither of the library's makers is said to be safe for threads.
_making = threading.Lock()


def picture_of(text: str) -> bytes:
    """A PNG of the digits, drawn anew each time."""
    with _making:
        return _painter().generate(text, bg_color=_PAPER, fg_color=_INK).getvalue()


def sound_of(text: str) -> bytes:
    """A WAV in which the digits are spoken in French, three beeps before them and one after, a pause after each to type it."""
    with _making:
        return bytes(_speaker().generate(text))


def silence() -> bytes:
    """A WAV of some seconds in which nothing is said: for a portal that errs on purpose."""
    return bytes(patch_wave_header(create_silence(_SILENT)))


class _Readable(ImageCaptcha):
    """Dark digits that stand apart: what keeps people out as well keeps nobody's machine out any more."""

    lookup_table = [min(255, level * 5) for level in range(256)]  # noqa: RUF012
    word_offset_dx = 0.0
    character_rotate = (-20, 20)


@cache
def _painter() -> ImageCaptcha:
    return _Readable(_WIDTH, _HEIGHT, font_sizes=_FONT_SIZES)


@cache
def _speaker() -> AudioCaptcha:
    return AudioCaptcha(str(_VOICES))
