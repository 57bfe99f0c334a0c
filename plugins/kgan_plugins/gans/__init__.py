"""Built-in gans, registered through entry points as any third party's are."""
