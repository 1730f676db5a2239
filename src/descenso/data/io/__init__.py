"""Tables in: files, patterns of files, data frames, arrays, standard input."""
