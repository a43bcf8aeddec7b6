"""The routes of the REST interface, a subject each."""
