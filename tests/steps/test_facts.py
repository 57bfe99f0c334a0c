from kgan.steps.facts import PoolFacts, PreparationFacts, TrainingFacts


def test_facts_are_read_and_others_passed_over():
    facts = {"patients": {"train": ["a"]}, "counts": {"train": {"x": 2}, "test": {"x": 1}}, "other": object()}
    preparation = PreparationFacts.model_validate(facts)
    assert preparation.images == 3 and preparation.patients == {"train": ("a",)}
    assert TrainingFacts.model_validate({"images_seen": 9, "subjects": {}}).images_seen == 9


def test_without_facts_there_are_defaults():
    assert PreparationFacts.model_validate({}).near_copies.across_splits == 0
    assert (TrainingFacts.model_validate({}).devices, PoolFacts.model_validate({}).images) == ("", 0)
