"""A loss with needs, and one without."""

from kgan.contracts.loss import AdversarialLoss


class Steep(AdversarialLoss):
    """Penalises gradients."""

    needs = ("independent scores", "unbounded scores")


class Easy(AdversarialLoss):
    """Needs nothing."""
