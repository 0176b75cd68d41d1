"""Rows that do not take what is written: tried three times, announced once, then with growing pauses."""

from __future__ import annotations

from tracker.sheet.flush.set_aside import SetAside

ONE, TWO = 1, 2
WHY = {ONE: "a rule"}


def tried(aside: SetAside, times: int, now: float = 0.0, revision: int = 7) -> list[dict[int, str]]:
    return [aside.failed(WHY, {ONE: revision}, now) for _ in range(times)]


def test_it_is_announced_at_the_third_try_and_never_again() -> None:
    assert tried(SetAside(), 6) == [{}, {}, WHY, {}, {}, {}]


def test_it_rests_from_the_third_try_on_for_longer_and_longer() -> None:
    aside = SetAside()
    assert (tried(aside, 2), aside.rests(ONE, 7, 0.0), aside.pause(0.0)) == ([{}, {}], False, None)

    now, pauses = 0.0, []
    for _ in range(9):
        aside.failed(WHY, {ONE: 7}, now)
        wait = aside.pause(now)
        assert wait is not None
        assert aside.rests(ONE, 7, now + wait - 0.1)
        assert not aside.rests(ONE, 7, now + wait)
        pauses.append(wait)
        now += wait
    assert pauses == [10, 20, 40, 80, 160, 320, 600, 600, 600]


def test_a_change_of_the_ticket_is_tried_at_once_and_counts_anew() -> None:
    aside = SetAside()
    tried(aside, 3)

    assert aside.rests(ONE, 7, 1.0)
    assert not aside.rests(ONE, 8, 1.0)
    assert tried(aside, 3, revision=8) == [{}, {}, WHY]


def test_a_row_that_took_it_is_forgotten() -> None:
    aside = SetAside()
    tried(aside, 3)
    aside.took(ONE)
    aside.took(TWO)

    assert (len(aside), aside.rests(ONE, 7, 0.0), aside.pause(0.0)) == (0, False, None)


def test_the_next_that_is_tried_is_the_one_that_rests_shortest() -> None:
    aside = SetAside()
    for _ in range(4):
        aside.failed(WHY, {ONE: 7}, 0.0)
    for _ in range(3):
        aside.failed({TWO: "a merge"}, {TWO: 1}, 5.0)

    assert aside.pause(5.0) == 10.0
    assert aside.pause(16.0) == 4.0
