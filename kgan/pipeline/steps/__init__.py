"""One module a step. Each has ``run(context) -> facts`` and is imported in the process that runs it."""
