"""Built-in classifiers, registered through entry points as any third party's are."""
