"""A loss with a parameter; its operators need no import of TensorFlow."""

from kgan.contracts.loss import AdversarialLoss


class Plain(AdversarialLoss):
    """Scores as they are."""

    def discriminator(self, real, fake):
        return self.config.scale * (fake - real)

    def generator(self, fake):
        return -self.config.scale * fake
