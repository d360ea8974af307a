"""Norwegian organisation numbers: read as people write them, refused when they cannot be."""

from __future__ import annotations

import re

LENGTH = 9
WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)
MODULUS = 11

# What people put around the digits: the country, the VAT register, spaces of all widths, dots.
_BEFORE = re.compile(
    r"^(?:org(?:\.|anisasjons)?\s?(?:nr|nummer)\b[.:]*\s*)?(?:NO(?=[\s.\-\d]))?", re.IGNORECASE
)
_AFTER = re.compile(r"MVA$", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s.\-\u00ad\u2010-\u2015\u200b\u2060\ufeff]")


def _sums(weights: tuple[int, ...]) -> dict[str, int]:
    return {
        (text := f"{n:03}"): sum(w * int(digit) for w, digit in zip(weights, text, strict=True))
        for n in range(1000)
    }


# What three digits at a time add to the sum: a register has a million numbers to be checked.
_FIRST, _MIDDLE, _LAST = (_sums((*WEIGHTS, 1)[at : at + 3]) for at in (0, 3, 6))


def read_number(text: str) -> str:
    """Returns the nine digits that a text such as “NO 974 769 484 MVA” stands for.

    Raises ValueError with one sentence that says what is wrong with the text.
    """
    digits = _BETWEEN.sub("", _AFTER.sub("", _BEFORE.sub("", text.strip())))
    if not digits:
        raise ValueError(f"“{text}” is not an organisation number: it holds no digits")
    strange = next((sign for sign in digits if sign not in "0123456789"), None)
    if strange is not None:
        raise ValueError(
            f"“{text}” is not an organisation number: it holds “{strange}”, "
            "but an organisation number is nine digits"
        )
    if len(digits) != LENGTH:
        raise ValueError(
            f"“{text}” is not an organisation number: it has {len(digits)} digits, "
            f"but an organisation number has {LENGTH}"
        )
    expected = check_digit(digits[:-1])
    if expected is None:
        raise ValueError(
            f"“{text}” is not an organisation number: no number can begin with “{digits[:-1]}”, "
            "since no check digit fits"
        )
    if digits[-1] != expected:
        raise ValueError(
            f"“{text}” is not an organisation number: its check digit is {digits[-1]}, "
            f"but the digits before it give {expected}"
        )
    return digits


def is_valid(number: str) -> bool:
    """Tells whether a text is exactly nine plain digits with a right check digit."""
    try:
        total = _FIRST[number[:3]] + _MIDDLE[number[3:6]] + _LAST[number[6:]]
    except KeyError:
        return False
    return total % MODULUS == 0


def check_digit(eight: str) -> str | None:
    """Returns the digit that must follow eight digits, or None when none can."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, eight, strict=True))
    remainder = -total % MODULUS
    return None if remainder == MODULUS - 1 else str(remainder)
