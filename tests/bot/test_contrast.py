"""A claim in the speaker's own words still lies if it swaps a choice or makes a wish a fact."""

from __future__ import annotations

import pytest

from bot.checks.contrast import swapped, wished

PEOPLE = "We should spend the money on teachers rather than on new buildings."
SEEDS = "I would rather give the seeds away than sell them to a company."
TRAIN = "I prefer the night train to the plane."


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        (PEOPLE, "He would spend the money on new buildings rather than on teachers."),
        (PEOPLE, "He says that buildings should get the money instead of teachers."),
        (PEOPLE, "Instead of teachers, he says, they should spend it on new buildings."),
        (PEOPLE, "He wants money for buildings, not for teachers."),
        (TRAIN, "He prefers the plane to the night train."),
        (TRAIN, "He takes the plane rather than the night train."),
        ("Instead of the ferry we built a bridge.", "They built a ferry instead of a bridge."),
        ("We counted ships, not people.", "They counted people, not ships."),
        (SEEDS, "He would rather sell the seeds than give them away."),
        (SEEDS, "He would sooner sell the seeds than give them away."),
        ("I trust a pilot more than a computer.", "She trusts a computer more than a pilot."),
        ("Ice is a bigger danger than fog.", "Fog is a bigger danger than ice."),
    ],
)  # fmt: skip
def test_a_swapped_choice_is_found(source: str, claim: str) -> None:
    assert swapped(claim, source)


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        (PEOPLE, "He would spend the money on teachers rather than on new buildings."),
        (PEOPLE, "Rather than new buildings, he would pay for teachers."),
        (PEOPLE, "He wants money for teachers, not for buildings."),
        (TRAIN, "He takes the night train instead of the plane."),
        (TRAIN, "He prefers the train to the plane."),
        (SEEDS, "He would rather give the seeds away than sell them."),
        ("Ice is a bigger danger than fog.", "Ice, he says, is a bigger danger than fog."),
        ("Ice is a bigger danger than fog.", "Fog is a smaller danger than ice."),
        ("We counted ships.", "They counted ships, not people."),
        ("The pact is more than 60 years old.", "The pact is more than 60 years old."),
    ],
)
def test_a_choice_that_is_told_as_it_was_is_kept(source: str, claim: str) -> None:
    assert not swapped(claim, source)


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        ("My daughter wants to become a train driver.", "His daughter works as a train driver."),
        ("She hopes to work as a nurse in Oslo.", "She is a nurse in Oslo."),
        ("I tried to open the museum twice.", "He opened the museum twice."),
        ("They would like to have a harbour there.", "They have a harbour there."),
        ("The company offered to repair the bridge.", "The company repaired the bridge."),
        ("He dreams of being a painter.", "He is a painter."),
    ],
)
def test_a_wish_that_is_told_as_a_fact_is_found(source: str, claim: str) -> None:
    assert wished(claim, source)


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        ("My daughter wants to become a train driver.", "His daughter wants to drive trains."),
        ("My daughter wants to become a driver.", "Driver is what his daughter hopes to be."),
        ("I tried to open it. We open it every May now.", "They open it every May."),
        ("The company offered to repair the bridge.", "The company’s offer was a repaired bridge."),
        ("I hope to see my son more often.", "He hopes to see his son."),
    ],
)
def test_a_wish_that_is_told_as_one_is_kept(source: str, claim: str) -> None:
    assert not wished(claim, source)
