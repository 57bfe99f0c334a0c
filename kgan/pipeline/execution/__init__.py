"""Where steps run: processes of this machine or of a cluster, several at a time."""
