"""DOI, ISBN, ORCID and licence: each normalised by one function, on write and on read. All raise ValidationError."""

import re

from django.core.exceptions import ValidationError
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

DOI_PREFIX = re.compile(r"^(?:doi:\s*|https?://(?:dx\.)?doi\.org/)", re.IGNORECASE)
# The DOI Handbook, 2.2: prefix 10.<registrant>, a slash, a suffix of printable characters.
DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s<>\"]+")
ORCID_PREFIX = re.compile(r"^https?://(?:www\.)?orcid\.org/", re.IGNORECASE)
ORCID = re.compile(r"\d{15}[\dX]")

LICENCES = {
    "CC0-1.0": ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    **{
        f"CC-{kind.upper()}-{version}": (
            f"CC {kind.upper()} {version}",
            f"https://creativecommons.org/licenses/{kind}/{version}/",
        )
        for kind in ("by", "by-sa", "by-nd", "by-nc", "by-nc-sa", "by-nc-nd")
        for version in ("4.0", "3.0")
    },
}


def normalise_doi(value: str) -> str:
    """Bare and lower case (DOIs compare without case): `https://doi.org/10.5555/ABC` → `10.5555/abc`."""
    doi = DOI_PREFIX.sub("", value.strip())
    if not DOI.fullmatch(doi):
        raise ValidationError(
            "“%(value)s” is not a DOI. Give one such as 10.5555/report-12.", params={"value": value[:80]}
        )
    return doi.lower()


def normalise_isbn(value: str) -> str:
    """Thirteen digits; an ISBN-10 is turned into its ISBN-13."""
    digits = re.sub(r"^ISBN(?:-1[03])?:?", "", value.strip(), flags=re.IGNORECASE)
    digits = re.sub(r"[\s\u2010-\u2015-]", "", digits).upper()
    if re.fullmatch(r"\d{9}[\dX]", digits) and isbn10_check(digits[:9]) == digits[9]:
        return f"978{digits[:9]}{isbn13_check(f'978{digits[:9]}')}"
    if re.fullmatch(r"97[89]\d{10}", digits) and isbn13_check(digits[:12]) == digits[12]:
        return digits
    raise ValidationError(
        "“%(value)s” is not an ISBN: its check digit or its length is wrong. Copy it again from the title page.",
        params={"value": value[:40]},
    )


def isbn10_check(digits: str) -> str:
    """ISO 2108: the weighted sum is divisible by 11."""
    remainder = -sum((10 - place) * int(digit) for place, digit in enumerate(digits)) % 11
    return "X" if remainder == 10 else str(remainder)


def isbn13_check(digits: str) -> str:
    """ISO 2108: weights 1 and 3 in turn, the sum divisible by 10."""
    return str(-sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10)


def normalise_orcid(value: str) -> str:
    """`0000-0002-1825-0097`, check digit by ISO 7064 MOD 11-2."""
    digits = ORCID_PREFIX.sub("", value.strip()).rstrip("/").replace("-", "").upper()
    if not ORCID.fullmatch(digits) or orcid_check(digits[:15]) != digits[15]:
        raise ValidationError(
            "“%(value)s” is not an ORCID iD. It looks like 0000-0002-1825-0097.", params={"value": value[:60]}
        )
    return "-".join(digits[start : start + 4] for start in range(0, 16, 4))


def orcid_check(digits: str) -> str:
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    remainder = (12 - total % 11) % 11
    return "X" if remainder == 10 else str(remainder)


def normalise_licence(value: str) -> str:
    """One SPDX identifier in its usual case."""
    try:
        if re.search(r"\s", value.strip()):
            raise InvalidLicenseExpression
        return canonicalize_license_expression(value.strip())
    except InvalidLicenseExpression:
        raise ValidationError(
            "“%(value)s” is not an SPDX licence identifier. Give one such as CC-BY-4.0, or leave it empty.",
            params={"value": value[:60]},
        ) from None


def licence_name(identifier: str) -> str:
    return LICENCES.get(identifier, (identifier, ""))[0]


def licence_address(identifier: str) -> str:
    known = LICENCES.get(identifier)
    return known[1] if known else f"https://spdx.org/licenses/{identifier}.html"
