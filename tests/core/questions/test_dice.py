"""Dice fall the same everywhere, and evenly."""

from collections import Counter

from chainrule.core.questions.dice import Dice


def test_the_same_key_gives_the_same_numbers_on_every_machine():
    assert [Dice(7, 2, 0).whole(0, 10**9) for _ in range(2)] == [Dice(7, 2, 0).whole(0, 10**9)] * 2
    dice = Dice(7, 2, 0)
    # Written down once: whoever changes the generator changes every class's set.
    assert [dice.whole(1, 1000) for _ in range(5)] == [846, 893, 456, 199, 465]


def test_neighbouring_keys_have_nothing_in_common():
    streams = [Dice(seed, 1).whole(0, 10**6) for seed in range(200)]
    assert len(set(streams)) == 200
    assert Dice(1, 23).whole(0, 10**9) != Dice(12, 3).whole(0, 10**9)


def test_both_ends_are_thrown_and_all_faces_about_as_often():
    dice = Dice(1)
    counts = Counter(dice.whole(1, 6) for _ in range(6000))
    assert sorted(counts) == [1, 2, 3, 4, 5, 6]
    assert all(850 < count < 1150 for count in counts.values())


def test_some_are_different_and_none_is_lost():
    dice = Dice(3)
    for _ in range(50):
        assert len(set(dice.some(range(9), 4))) == 4
    assert sorted(dice.shuffled("abcde")) == list("abcde")
    assert sorted(dice.some("ab", 5)) == ["a", "b"]
    assert {dice.one("xyz") for _ in range(60)} == set("xyz")
