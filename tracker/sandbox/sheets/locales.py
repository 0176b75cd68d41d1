"""Formulas and numbers in the language of a spreadsheet's locale.

Where numbers have a decimal comma, `;` stands between the arguments of a function and a backslash between the columns
of an array, while function names stay English. Programs are bound to it like people:
https://github.com/googleapis/google-api-nodejs-client/issues/1994
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tracker.sandbox.sheets.errors import invalid

DECIMAL_COMMA = frozenset(
    {
        *("be_BY", "bg_BG", "ca_ES", "cs_CZ", "da_DK", "de_AT", "de_DE", "el_GR", "es_AR", "es_CL", "es_CO"),
        *("es_ES", "et_EE", "eu_ES", "fi_FI", "fr_BE", "fr_CA", "fr_FR", "gl_ES", "hr_HR", "hu_HU", "id_ID"),
        *("is_IS", "it_IT", "ka_GE", "kk_KZ", "lt_LT", "lv_LV", "mk_MK", "nb_NO", "nl_BE", "nl_NL", "nn_NO"),
        *("pl_PL", "pt_BR", "pt_PT", "ro_RO", "ru_RU", "sk_SK", "sl_SI", "sr_RS", "sv_SE", "tr_TR", "uk_UA", "vi_VN"),
    }
)
"""The locales with a decimal comma."""

_SKIPPED = re.compile(r"""\"(?:[^"]|"")*\"|'(?:[^']|'')*'|[A-Za-z_$][\w.$]*""")
"""Parts of a formula that mean the same everywhere: texts, titles of tabs, names and references."""
_COMMA_NUMBER = re.compile(r"[0-9]+(?:,[0-9]+)?(?![0-9,.])")


def understood(locale: str, formula: str) -> bool:
    """Whether a formula can be read in a locale."""
    if locale not in DECIMAL_COMMA:
        return True
    rest = _COMMA_NUMBER.sub("0", _SKIPPED.sub("x", formula))
    return "," not in rest and re.search(r"[0-9]\.|\.[0-9]", rest) is None


def check_formula(locale: str, formula: str) -> None:
    """Refuse a formula that cannot be read in the spreadsheet's locale.

    Raises:
        SheetsError: Nobody has published in which words.
    """
    if not understood(locale, formula):
        raise invalid(f"Unable to parse formula: {formula}")


def check_condition(locale: str, condition: Mapping[str, Any]) -> None:
    """Refuse a condition whose formulas or numbers cannot be read in the spreadsheet's locale.

    Raises:
        SheetsError: In the words of the real service, as several have reported them.
    """
    kind = str(condition.get("type"))
    for each in condition.get("values", []):
        value = str(each.get("userEnteredValue", ""))
        if value.startswith("="):
            good = understood(locale, value)
        else:
            good = not kind.startswith("NUMBER_") or locale not in DECIMAL_COMMA or "." not in value
        if not good:
            raise invalid(f"Invalid ConditionValue.userEnteredValue: {value}")
