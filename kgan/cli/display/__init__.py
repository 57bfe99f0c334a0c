"""What the display of a run shows: tasks and the lines that they are drawn as."""
