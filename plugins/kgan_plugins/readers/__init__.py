"""Built-in readers, registered through entry points as any third party's are."""
