"""The scene file as its author writes it: tables, their types, and what is found wrong with them."""
