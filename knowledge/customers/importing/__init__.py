"""Files of customer records, read row by row: what is wrong with a row is told, and the row is left out whole."""
