from fabricated.manuscripts import manuscript


def test_what_a_text_is_made_from(tmp_path):
    run = manuscript(tmp_path)
    assert run.recipe.title == "My experiment" and run.labels["kept"] == "PGGAN, curated"
    assert run.data.images == 40 and [result.title for result in run.results] == ["real", "+PGGAN"]
    assert len(run.pairs) == 1


def test_proofs_are_files_of_the_run(tmp_path):
    run = manuscript(tmp_path)
    assert run.manifest(run.prepare) == "steps/prepare/0/manifest.json"
    assert run.existing("results/none.csv") == "" == run.manifest(None)


def test_without_classifiers_nothing_was_compared(tmp_path):
    run = manuscript(tmp_path, compared=False)
    assert run.comparison is None and run.results == run.pairs == ()
