"""What a recipe says, as frozen typed values."""
