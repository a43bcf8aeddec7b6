"""The command line's way to a running server: where it is, how it is asked, and how a command goes through it.

One process writes the database. While a server of the same home folder runs, a command is therefore done by the server,
on its open engine, and the terminal shows what the server tells: `POST /api/commands` takes the very words that were
typed, reads them with the same parser, and answers with the same text. So each command exists once, and what it does
through a server cannot differ from what it does alone.
"""
