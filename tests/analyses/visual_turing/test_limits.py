"""What a Visual Turing Test requests that a cohort is too small for."""

from fabricated.preparation import CLASSES, preparation

from kgan.analyses.visual_turing import step as visual_turing
from kgan.analyses.visual_turing.settings import TuringTest, VisualTuringSettings
from kgan.schema.data import ViewSettings
from kgan.steps.checks.cohort_limits import Outcome

TEST = TuringTest(name="gan", title="GAN", step="generate-gan", view=ViewSettings(), canvas=(8, 8))
SETTINGS = VisualTuringSettings(
    seed=1,
    real=50,
    synthetic=40,
    repeats=12,
    image_size=None,
    real_from=None,
    margin=0.1,
    tests=(TEST,),
    classes=CLASSES,
    published={},
)


def test_raters_are_shown_as_many_as_there_are_and_the_rest_in_proportion(tmp_path):
    folder = preparation(tmp_path / "p", train=(10, 5), validation=(10, 6), test=(10, 9))
    (limit,) = visual_turing.limits("it", SETTINGS, folder)
    assert (limit.outcome, limit.text) == (
        Outcome.REDUCED,
        "20 instead of 50 real, 16 instead of 40 synthetic, 4 instead of 12 repeats, as there are 20 real "
        "images of class tumor (turing.real)",
    )
    # Without classes all count; of the test split alone there are fewer.
    tests = (TEST.model_copy(update={"per_class": False}),)
    classless = SETTINGS.model_copy(update={"tests": tests})
    assert visual_turing.limits("it", classless, folder) == []
    tested = classless.model_copy(update={"real_from": ("test",)})
    assert visual_turing.limits("it", tested, folder)


def test_a_test_of_few_images_is_left_out(tmp_path):
    few = preparation(tmp_path / "few", train=(10, 2), validation=(10, 1), test=(10, 1))
    (limit,) = visual_turing.limits("it", SETTINGS, few)
    assert limit.outcome is Outcome.LEFT_OUT
    assert "4 real images of class tumor; expected 5 or more" in limit.text
