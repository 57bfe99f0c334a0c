"""Built-in losses, registered through entry points as any third party's are."""
