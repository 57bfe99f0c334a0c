from fabricated.finished_steps import prepared

from kgan.analyses.report.sections.cohort import cohort_section
from kgan.pipeline.records.run_folder import Steps


def section_of(folder, facts=(), **tables):
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text)
    shape = {"image_shape": [60, 48, 2]}
    return cohort_section(Steps([prepared(folder, {**shape, **dict(facts)}, ("t1c", "flair"), step=4)]))


def test_counts_reasons_and_patients(tmp_path):
    section = section_of(
        tmp_path,
        counts="split,class,images,patients\ntrain,non_tumor,1200,9\ntrain,tumor,30,3\ntest,tumor,5,1\n",
        patients="patient,split,usable,reason\na,train,yes,\nb,,no,unusable: all zeros\nc,,yes,not needed\n",
        exclusions="patient,slice,reason\nb,,unusable: all zeros\n"
        "a,31,borderline: 4 mm²\na,32,borderline: 9 mm²\na,40,by hand\n",
    )
    text = " ".join(section.paragraphs)
    assert "3 patients were found, 1 are in a split, 1 could not be used." in text
    assert "Axial slices 30 to 130, one in 4 of t1c and flair, 60 × 48 pixels." in text
    assert "3 slices were excluded" in text
    counts, reasons = section.tables
    assert counts.columns[1:] == ["non-tumor (patients)", "tumor (patients)", "Images"]
    assert counts.rows == [["train", "1,200 (9)", "30 (3)", "1,230"], ["test", "–", "5 (1)", "5"]]
    assert reasons.rows == [["borderline", "2"], ["by hand", "1"]]
    assert section.folded == [("Excluded patients: 1", ["b: unusable: all zeros"])]
    assert section.figures == []


def test_many_reasons_are_summed_up(tmp_path):
    lines = "".join(f"a,{i},reason {i}\n" for i in range(20))
    section = section_of(tmp_path, exclusions=f"patient,slice,reason\n{lines}")
    assert section.tables[0].rows[-1] == ["8 other reasons", "8"]


def test_a_run_without_data_says_so(tmp_path):
    assert cohort_section(Steps()).paragraphs == ("This run prepared no data.",)
    assert "No slice was excluded." in " ".join(section_of(tmp_path).paragraphs)


def test_notes_and_images_that_are_files(tmp_path):
    note = "Images without patient ids cannot be split safely."
    paragraphs = section_of(tmp_path, {"pictures": True, "notes": [note]}).paragraphs
    assert "Each image is a separate file (t1c and flair), 60 × 48 pixels." in paragraphs[0]
    assert paragraphs[-1] == note
