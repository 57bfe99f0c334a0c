"""SRResNet: a residual generator with pixel shuffles."""
