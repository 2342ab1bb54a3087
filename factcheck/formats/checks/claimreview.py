"""Claims that people rated, as ClaimReview: what search engines read of fact checks.

Only ratings that a person wrote into a claim file are told, never what a model found. Records
have no more than the names of reviewers and publishers; both are told as organisations, which
is what publishers of fact checks are to the readers of ClaimReview.

https://schema.org/ClaimReview
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from factcheck.formats.checks.notation import dumped

if TYPE_CHECKING:
    from factcheck.formats import Layout
    from factcheck.outcome import Outcome, ReviewedClaim
    from factcheck.records import Review


def render(outcome: Outcome, _layout: Layout) -> str:
    """A list of JSON-LD objects that can stand in an HTML script element."""
    told = dumped([_review(each) for each in outcome.reviewed], indent=2)
    return told.replace("<", "\\u003c") + "\n"


def _review(claim: ReviewedClaim) -> dict[str, Any]:
    review = claim.review
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": review.url,
        "claimReviewed": claim.text,
        "datePublished": review.date.isoformat(),
        "author": _organisation(review.reviewer),
        "reviewRating": _rating(review),
        "itemReviewed": _claim(claim),
    }


def _rating(review: Review) -> dict[str, Any]:
    scale = {
        "ratingValue": review.value,
        "bestRating": review.best,
        "worstRating": review.worst,
    }
    given = {name: value for name, value in scale.items() if value is not None}
    return {"@type": "Rating", "alternateName": review.rating, **given}


def _claim(claim: ReviewedClaim) -> dict[str, Any]:
    told: dict[str, Any] = {"@type": "Claim"}
    if claim.publisher:
        told["author"] = _organisation(claim.publisher)
    if claim.date:
        told["datePublished"] = claim.date.isoformat()
    if claim.url:
        told["appearance"] = {"@type": "CreativeWork", "url": claim.url}
    return told


def _organisation(name: str) -> dict[str, str]:
    return {"@type": "Organization", "name": name}
