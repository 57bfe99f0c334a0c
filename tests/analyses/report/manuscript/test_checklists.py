from kgan.analyses.report.manuscript.answers import TOPICS
from kgan.analyses.report.manuscript.checklists import CHECKLISTS, CLAIM


def test_items_are_numbered_once_and_name_known_topics():
    for checklist in CHECKLISTS:
        numbers = [number for number, _, _ in checklist.items]
        assert len(set(numbers)) == len(numbers)
        assert {topic for _, _, topic in checklist.items if topic} <= set(TOPICS)
    assert [number for number, _, _ in CLAIM.items] == [str(number) for number in range(1, 45)]


def test_no_topic_is_without_an_item():
    assert set(TOPICS) == {topic for of in CHECKLISTS for _, _, topic in of.items if topic}
