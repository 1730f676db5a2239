"""Reading tables: files, patterns of files, data frames, arrays, standard input."""
