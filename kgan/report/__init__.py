"""How pages and figures are made; knows no analysis."""
