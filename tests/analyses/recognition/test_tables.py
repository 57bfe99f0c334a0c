from kgan.analyses.recognition.tables import RECOGNIZED, Recognized


def test_the_table_is_read_as_it_was_written(tmp_path):
    row = Recognized(
        image_set="pggan", class_name="tumor", images=3, recognized=0, share=0.0, low=0.0, high=0.56,
        of_real=None,
    )  # fmt: skip
    RECOGNIZED.write(tmp_path, [row])
    assert RECOGNIZED.read(tmp_path) == [row]
    assert (tmp_path / "recognition.csv").read_text().startswith("set,class,images,recognized,")
