from pathlib import Path

import pytest

from kgan.errors import DataError
from kgan.identifiers import canonical
from kgan_plugins.readers.oasis_clinical import DEMENTED, NONDEMENTED, UNKNOWN, read_dementia


def write_clinical(tmp_path, *lines):
    path = tmp_path / "oasis_cross-sectional.csv"
    rows = [f"{line.split(',')[0]},F,R,74,2,3,29,{line.split(',')[1]},1344" for line in lines]
    path.write_text("\n".join(["ID,M/F,Hand,Age,Educ,SES,MMSE,CDR,eTIV", *rows]))
    return str(path)


def test_who_is_demented(tmp_path):
    lines = ("OAS1_0001_MR1,0", "OAS1_0002_MR1,0.5", "oas1_3_mr1,2", "OAS1_0004_MR1,", "OAS1_0005_MR1,N/A")
    assert read_dementia(Path(write_clinical(tmp_path, *lines))) == {
        canonical("OAS1_0001_MR1"): NONDEMENTED,
        canonical("OAS1_0002_MR1"): DEMENTED,
        canonical("OAS1_0003_MR1"): DEMENTED,
        canonical("OAS1_0004_MR1"): UNKNOWN,
        canonical("OAS1_0005_MR1"): UNKNOWN,
    }


def test_two_ratings_of_a_session_are_refused(tmp_path):
    with pytest.raises(DataError, match="line 3: oas1_0001_MR1 has another CDR in a line before"):
        read_dementia(Path(write_clinical(tmp_path, "OAS1_0001_MR1,1", "oas1_0001_MR1,0")))
    assert read_dementia(Path(write_clinical(tmp_path, "OAS1_0001_MR1,1", "oas1_0001_MR1,2"))) != {}


def test_mistakes_in_the_clinical_table(tmp_path):
    with pytest.raises(DataError, match="line 2: CDR is 'x', expected 0, 0.5, 1, 2, 3 or nothing"):
        read_dementia(Path(write_clinical(tmp_path, "OAS1_0001_MR1,x")))
    with pytest.raises(DataError, match="line 3: OAS1_0001_MR1 has another CDR in a line before"):
        read_dementia(Path(write_clinical(tmp_path, "OAS1_0001_MR1,0.5", "OAS1_0001_MR1,0")))
    with pytest.raises(DataError, match="no clinical table of OASIS-1"):
        read_dementia(tmp_path / "nowhere.csv")
    (tmp_path / "other.csv").write_text("ID,MMSE\n")
    with pytest.raises(DataError, match="no column CDR"):
        read_dementia(tmp_path / "other.csv")
