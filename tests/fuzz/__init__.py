"""Fuzzing: every parser of what comes from outside is given bytes that nobody thought of.

`targets.py` is the table of parsers, `corpus/<target>/` what each has been given before: real inputs, and those that
once broke it. `test_corpus.py` gives them all again in `make test`; `test_fuzz.py` looks for new ones in `make soak`,
ten minutes a target, and `make fuzz ONLY=plan SECONDS=60` does so for one. A fault is an error that the parser does not
declare, no end within TIMEOUT_S, or more memory than MEMORY_MB.
"""
