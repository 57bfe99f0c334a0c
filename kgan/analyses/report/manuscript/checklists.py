"""Items of CLAIM 2024 and TRIPOD+AI, in short words, each with the topic that answers it.

Items without a topic are of the authors, not of a run: it cannot answer them.

References: Tejani et al., Checklist for Artificial Intelligence in Medical Imaging (CLAIM): 2024 Update,
Radiology: Artificial Intelligence 6(4), 2024, doi:10.1148/ryai.240300; Collins et al., TRIPOD+AI statement,
BMJ 385, 2024, doi:10.1136/bmj-2023-078378.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Checklist:
    """A checklist.

    Args:
        name: with the year.
        items: number, what it asks, topic of `kgan.analyses.report.manuscript.answers` or empty.
    """

    name: str
    items: tuple[tuple[str, str, str], ...]


CLAIM = Checklist(
    "CLAIM 2024",
    (
        ("1", "AI methodology and technology in the title or abstract", "technology"),
        ("2", "structured abstract", ""),
        ("3", "background and intended use", ""),
        ("4", "aims, objectives, hypotheses", "objective"),
        ("5", "prospective or retrospective", ""),
        ("6", "goal of the study", ""),
        ("7", "data sources", "source"),
        ("8", "inclusion and exclusion criteria", "eligibility"),
        ("9", "preprocessing", "preprocessing"),
        ("10", "selection of data subsets", "preprocessing"),
        ("11", "de-identification", ""),
        ("12", "missing data", "missing"),
        ("13", "image acquisition protocol", ""),
        ("14", "definition of the reference standard", "reference"),
        ("15", "rationale of the reference standard", ""),
        ("16", "source of the annotations", ""),
        ("17", "annotation of the test set", ""),
        ("18", "inter- and intrarater variability", ""),
        ("19", "assignment to partitions", "partitions"),
        ("20", "level at which partitions are disjoint", "level"),
        ("21", "sample size", "sample size"),
        ("22", "description of the model", "model"),
        ("23", "software", "software"),
        ("24", "initialisation of parameters", "initial"),
        ("25", "training", "training"),
        ("26", "selection of the final model", "selection"),
        ("27", "ensembling", ""),
        ("28", "metrics of performance", "metrics"),
        ("29", "significance and uncertainty", "uncertainty"),
        ("30", "robustness or sensitivity analysis", "robustness"),
        ("31", "explainability", ""),
        ("32", "evaluation on internal data", "internal"),
        ("33", "testing on external data", ""),
        ("34", "registration of a clinical trial", ""),
        ("35", "numbers included and excluded", "flow"),
        ("36", "demographic and clinical characteristics", ""),
        ("37", "performance with its uncertainty", "performance"),
        ("38", "diagnostic accuracy and its precision", "performance"),
        ("39", "failure analysis", ""),
        ("40", "limitations", "limitations"),
        ("41", "implications for practice", ""),
        ("42", "full protocol", "protocol"),
        ("43", "availability of software, models and data", ""),
        ("44", "funding", ""),
    ),
)
TRIPOD = Checklist(
    "TRIPOD+AI (2024)",
    (
        ("1", "title", ""),
        ("2", "abstract", ""),
        ("3a–c", "background, intended use, inequalities", ""),
        ("4", "objectives", "objective"),
        ("5a", "sources of data", "source"),
        ("5b", "dates of the data", ""),
        ("6a", "setting and centres", ""),
        ("6b", "eligibility", "eligibility"),
        ("6c", "treatments", ""),
        ("7", "preparation of the data", "preprocessing"),
        ("8a", "definition of the outcome", "reference"),
        ("8b–c", "assessors of the outcome, blinding", ""),
        ("9a–c", "predictors", "preprocessing"),
        ("10", "sample size", "sample size"),
        ("11", "missing data", "missing"),
        ("12a", "use of the data, partitions", "partitions"),
        ("12b", "handling of predictors", "preprocessing"),
        ("12c", "type of model, building, tuning, internal validation", "training"),
        ("12d", "heterogeneity between clusters", ""),
        ("12e", "measures of performance and comparison", "metrics"),
        ("12f–g", "updating; how predictions were calculated", ""),
        ("13", "class imbalance", "imbalance"),
        ("14", "fairness", ""),
        ("15", "output of the model, thresholds", "output"),
        ("16", "differences between training and evaluation data", ""),
        ("17", "ethical approval", ""),
        ("18a–b", "funding, conflicts of interest", ""),
        ("18c", "protocol", "protocol"),
        ("18d–f", "registration, data and code sharing", ""),
        ("19", "patient and public involvement", ""),
        ("20a", "flow of participants", "flow"),
        ("20b–c", "characteristics; development against evaluation", ""),
        ("21", "participants and events in each analysis", "internal"),
        ("22", "full specification of the model", "model"),
        ("23a", "performance with intervals", "performance"),
        ("23b", "heterogeneity of performance", ""),
        ("24", "updating", ""),
        ("25", "interpretation", ""),
        ("26", "limitations", "limitations"),
        ("27a–c", "usability", ""),
    ),
)
CHECKLISTS = (CLAIM, TRIPOD)
