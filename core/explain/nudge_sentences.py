"""Sentences about a pushed value: the true change of the output beside gradient × Δ, and what each input would do."""

import math

from chainrule.core.number_text import signed, text
from chainrule.core.text import Text

ROUNDING = 1e-9
"""Share of a change up to which a gap is rounding."""


def gap(true: float, straight: float) -> float:
    """Return how far the true change is from the straight one; 0 where that is rounding."""
    apart = true - straight
    return 0.0 if abs(apart) <= ROUNDING * max(abs(true), abs(straight)) else apart


def closes(name: str, gradient: float, delta: float, true: float) -> Text:
    """Say how the output changes, beside gradient × Δ."""
    straight = gradient * delta
    apart = gap(true, straight)
    factor = f"({text(delta)})" if delta < 0 else text(delta)
    product = f"{text(gradient)} × {factor} = {signed(straight)}"
    if not (math.isfinite(true) and math.isfinite(straight)):
        return Text(
            f"{name}의 실제 변화는 {signed(true)}, 기울기 × Δ는 {product}입니다.",
            f"{name} really changes by {signed(true)}; gradient × Δ is {product}.",
        )
    if apart == 0:
        return Text(
            f"{name}의 실제 변화 {signed(true)}: 기울기 × Δ({product})와 꼭 같습니다.",
            f"{name} really changes by {signed(true)}, exactly as gradient × Δ says: {product}.",
        )
    return Text(
        f"{name}의 실제 변화는 {signed(true)}, 기울기 × Δ는 {product}입니다. 차이 {signed(apart)}: Δ를 줄이면 "
        "더 빨리 줄어듭니다.",
        f"{name} really changes by {signed(true)}; gradient × Δ says {product}. The gap, {signed(apart)}, shrinks "
        "faster than Δ.",
    )


def misses(gradient: float, delta: float, true: float) -> Text:
    """Say what a gradient by a broken rule promises, beside the true change."""
    straight = gradient * delta
    factor = f"({text(delta)})" if delta < 0 else text(delta)
    product = f"{text(gradient)} × {factor} = {signed(straight)}"
    apart = gap(true, straight)
    return Text(
        f"틀린 규칙으로 구한 기울기로는 {product}, 실제와의 차이 {signed(apart)}.",
        f"By the broken rule it would be {product}, off by {signed(apart)}.",
    )


def effect(name: str, step: float, output: str, change: float) -> Text:
    """Say what a small step of an input would do to the output."""
    return Text(
        f"{name} {signed(step)} → {output} 약 {signed(change)}",
        f"{name} {signed(step)} → {output} about {signed(change)}",
    )
