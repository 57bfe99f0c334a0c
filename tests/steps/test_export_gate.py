import pytest

from kgan.pipeline.records import manifest
from kgan.steps.export_gate import ClosedPool, Gate, closed_pools, read_gate

CLOSED = {
    "pool": "tiles", "class": "tumor", "features": "pixels", "auc": 0.9, "low": 0.8, "high": 0.95,
    "reason": "its images are nearer to training patients",
}  # fmt: skip
POOL = ClosedPool(
    pool="tiles", class_name="tumor", features="pixels", auc=0.9, low=0.8, high=0.95, reason=CLOSED["reason"]
)


def record(folder, *, step="privacy", settings=None, facts=None):
    values = {"max_auc": 0.6, "pools": [{"name": "tiles"}, {"name": "kept"}], "seed": 1}
    manifest.write(
        folder,
        {
            "step": step,
            "settings": values if settings is None else settings,
            "facts": {"closed": [CLOSED]} if facts is None else facts,
            "outputs": {},
        },
    )
    return read_gate(folder, "privacy")


def test_a_finished_search_says_which_pools_are_closed(tmp_path):
    assert record(tmp_path) == Gate(
        judged=frozenset({"tiles", "kept"}), closed=(POOL,), left_out=None, has_limit=True
    )


def test_a_search_without_a_limit_closes_nothing(tmp_path):
    gate = record(tmp_path, settings={"max_auc": None, "pools": []}, facts={"closed": []})
    assert gate == Gate(judged=frozenset(), closed=(), left_out=None, has_limit=False)


def test_a_search_that_was_left_out_says_why_and_leaves_the_pools_open_to_question(tmp_path):
    gate = record(tmp_path, facts={"left_out": "too few patients"})
    assert (gate.closed, gate.left_out) == (None, "too few patients")


@pytest.mark.parametrize("changes", [{"step": "measure"}, {"settings": {"max_auc": 0.6}}])
def test_a_folder_of_another_step_is_no_search(tmp_path, changes):
    assert record(tmp_path, **changes) is None


def test_an_unfinished_search_says_nothing(tmp_path):
    assert read_gate(tmp_path, "privacy") is None


@pytest.mark.parametrize(
    "facts", [{}, {"closed": None}, {"closed": [{**CLOSED, "auc": "high"}]}, {"closed": [{"pool": "tiles"}]}]
)
def test_facts_that_do_not_say_it_are_not_taken_for_open(facts):
    assert closed_pools(facts) is None


def test_other_facts_are_passed_over():
    assert closed_pools({"closed": [], "patients": ["p1"]}) == ()
