"""The plugins that ship with kgan, behind the same door as third parties'."""
