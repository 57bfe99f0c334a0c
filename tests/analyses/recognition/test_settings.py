from kgan.analyses.recognition.settings import RecognitionSettings, RecognizedPool


def test_the_step_says_what_it_does():
    settings = RecognitionSettings(
        seed=1, pools=(RecognizedPool(name="pggan", step="generate-pggan"),), classifier="classify-1",
        setup="1 real", center_crop=False, classes=("no", "yes"), images=1500,
    )  # fmt: skip
    assert settings.describe() == "classify 1,500 images per class of 1 pools by the classifier of “1 real”"
