from kgan.analyses.tsne.tables import POINTS, MapPoint


def test_points_are_read_as_they_were_written(tmp_path):
    rows = [MapPoint(image_set="real", class_name="tumor", x=0.5, y=-2)]
    POINTS.write(tmp_path, rows)
    assert (tmp_path / "tsne.csv").read_text() == "set,class,x,y\nreal,tumor,0.5,-2\n"
    assert POINTS.read(tmp_path) == rows
